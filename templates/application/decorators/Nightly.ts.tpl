import { PeriodicTask } from 'daemonry';

/** A task at three in the morning, UTC. One that was missed while the process was down is made up for once. */
export const Nightly = () => PeriodicTask({ cron: '0 3 * * *', misfire: 'run-once' });
