export const graph = {
  label: 'Graph of the steps. Use the arrow keys to move along the edges.',
  map: 'Overview of the graph',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show the whole graph',
};
