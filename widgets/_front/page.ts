/** Whether the page's address leads to the widget: in a notebook, or a frame, it does not. */
export function isDashboard(): boolean {
  return self === top && document.querySelector(".jp-NotebookPanel") === null;
}
