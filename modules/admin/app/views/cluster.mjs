/** @import { ApplicationStatus, ClusterState, ListenerStatus, PlannedListener, RunRecord } from 'daemonry' */
/** @import { Dismissal } from '../../AdminRoutes' */
import { counted } from '../format.mjs';

/** The session at the end of a holder, which tells a person nothing. */
const SESSION = /\/[0-9a-f]{8}(-[0-9a-f]{4,12}){4}$/;

/** A process of the cluster, as people read it. @param {string} holder */
export const processText = (holder) => holder.replace(SESSION, '');

/** The number of dead letters in words; empty for none. @param {ClusterState | undefined} cluster */
export const deadText = (cluster) =>
  cluster?.deadLetters === undefined ? '' : counted(cluster.deadLetters, 'dead letter');

/** The tasks of a listener that have dead letters. @param {ListenerStatus} listener */
export const tasksWithDead = ({ tasks }) => tasks.filter(({ cluster }) => (cluster?.deadLetters ?? 0) > 0);

/** True if every task of a listener has cluster scope. @param {ListenerStatus | undefined} listener */
export const isShared = (listener) =>
  listener !== undefined && listener.tasks.length > 0 && listener.tasks.every(({ cluster }) => cluster !== undefined);

/** True if anything of the application has cluster scope. @param {ApplicationStatus} status */
export const hasShared = ({ listeners }) =>
  listeners.some(({ cluster, tasks }) => cluster !== undefined || tasks.some((task) => task.cluster !== undefined));

/**
 * True for a run that has used up the starts of its due moment, and has not succeeded.
 *
 * @param {PlannedListener} planned
 * @param {RunRecord} run
 */
export function isDead({ tasks }, { task, start, outcome }) {
  const maxStarts = tasks.find(({ name }) => name === task)?.maxStarts;
  const isOver = outcome !== undefined && outcome !== 'succeeded' && outcome !== 'skipped';
  return isOver && start !== undefined && maxStarts !== undefined && start >= maxStarts;
}

/**
 * The runs without those whose dead letters are known to be dismissed.
 *
 * @param {readonly RunRecord[]} runs
 * @param {readonly Dismissal[]} dismissed
 */
export const withoutDismissed = (runs, dismissed) =>
  runs.filter(
    ({ listener, task, tickId, finishedAt, scheduledAt }) =>
      !dismissed.some(
        (each) =>
          each.listener === listener &&
          each.task === task &&
          (each.tickId === undefined ? (finishedAt ?? scheduledAt) <= each.at : each.tickId === tickId),
      ),
  );

/**
 * A status with the states in the cluster of a newer one: other processes change them, of which this application has no
 * event.
 *
 * @param {ApplicationStatus} status
 * @param {ApplicationStatus} newer
 * @returns {ApplicationStatus}
 */
export function withCluster(status, newer) {
  const byName = new Map(newer.listeners.map((listener) => [listener.name, listener]));
  const listeners = status.listeners.map((listener) => {
    const other = byName.get(listener.name);
    if (other === undefined) return listener;
    const tasks = listener.tasks.map((task) => {
      const cluster = other.tasks.find(({ name }) => name === task.name)?.cluster;
      return cluster === undefined ? task : { ...task, cluster };
    });
    return { ...listener, tasks, ...(other.cluster === undefined ? {} : { cluster: other.cluster }) };
  });
  return { ...status, listeners };
}
