/** Each restarts one machine, and may be repeated without harm. */
const LOW_ON_FLY = new Set(['machine_down', 'machine_not_started', 'single_machine_not_started']);

/** How much a fix can break: `low` for what is known to touch one thing only, else `high`. */
export const blastRadius = (probe: string, category: string): 'low' | 'high' =>
  probe === 'fly' && LOW_ON_FLY.has(category) ? 'low' : 'high';
