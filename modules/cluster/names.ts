import type { ClusterMoment } from 'daemonry';

/** A schema of PostgreSQL, as BullMQ takes it. */
export const SCHEMA = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/**
 * Makes any text a part of the name of a queue: BullMQ refuses `:`, and `~` separates the parts. As in a URL, with `!` in place
 * of `%`, which bull-board would decode.
 */
export const encodeName = (text: string): string =>
  encodeURIComponent(text).replaceAll('!', '%21').replaceAll('~', '%7E').replaceAll('%', '!');

/** The name of the queue of a task, or of a `run` body, whose path is the name of its listener. */
export const queueNameOf = (application: string, path: string): string => `${encodeName(application)}~${path}`;

/** The `tickId` of a moment. */
export const tickIdOf = (
  path: string,
  { manualId, scheduledAt }: Pick<ClusterMoment, 'manualId' | 'scheduledAt'>,
): string => `${path}@${manualId === undefined ? new Date(scheduledAt).toISOString() : `manual:${manualId}`}`;

/** The id of the job of a moment: its `tickId`, encoded as names are, but for `@`, and `~` in place of `:`. */
export const jobIdOf = (path: string, moment: Pick<ClusterMoment, 'manualId' | 'scheduledAt'>): string =>
  jobIdOfTick(tickIdOf(path, moment));

/** The id of the job of a `tickId`. */
export const jobIdOfTick = (tickId: string): string => encodeName(tickId).replaceAll('!40', '@').replaceAll('!3A', '~');

/** The `tickId` of a job. */
export const tickIdOfJob = (jobId: string): string =>
  decodeURIComponent(jobId.replaceAll('~', '!3A').replaceAll('!', '%'));

/** The id of the one job of a `run` body. */
export const BODY_JOB = 'run';
