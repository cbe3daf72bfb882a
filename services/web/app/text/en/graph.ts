export const graph = {
  label: 'Graph of the steps. Use the arrow keys to move along the edges.',
  map: 'Overview of the graph',
  edge: 'Edge from {from} to {to}',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show the whole graph',
  itemsDone: '{done} of {total}',
  chain: '{count} steps',
  chainLabel: '{count} steps from {first} to {last}, {status}. Press Enter to expand.',
  collapse: 'Collapse {count} steps: {first} … {last}',
};
