export const bulk = {
  select: 'Select run {id}',
  selectAll: 'Select all runs of this page',
  selected: '1 run selected | {count} runs selected',
  cancel: 'Cancel',
  retry: 'Retry',
  clear: 'Clear the selection',
  compare: 'Compare',
  progress: '{done} of {total} done',
  progressFailed: '{done} of {total} done, {failed} could not be changed',
  why: '{id}: {message}',
};
