/** The owner of the tables of the history. */
export const OWNER = 'daemonry_runs';

/** The number of steps that make them. */
export const STEP_COUNT = 4;
