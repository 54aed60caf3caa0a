/** Whether the page's address leads to the widget: it does in Voila, unless that is in a frame. */
export function isDashboard(): boolean {
  return self === top && document.body.dataset.voila !== undefined;
}
