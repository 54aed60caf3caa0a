"""A widget's connection to a page that is not there."""


class Comm:
    """Keeps what was sent to the page."""

    comm_id = "test"
    kernel = "here"

    def __init__(self):
        self.sent = []

    def send(self, data=None, **_):
        self.sent.append(data)

    def on_msg(self, _callback): ...

    on_close = on_msg

    def close(self): ...
