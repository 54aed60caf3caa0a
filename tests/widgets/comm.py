"""A widget's connection to a page that is not there."""

from ipykernel.comm import Comm as KernelComm


class Comm(KernelComm):  # ipywidgets 7 takes none of another class
    """Keeps what was sent to the page."""

    comm_id = "test"
    kernel = "here"

    def __init__(self):
        self.sent = []

    def send(self, data=None, *_, **__):
        self.sent.append(data)

    def on_msg(self, _callback): ...

    on_close = on_msg

    def close(self, *_, **__): ...
