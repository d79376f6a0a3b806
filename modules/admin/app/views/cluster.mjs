/** @import { ApplicationStatus, ClusterState, DeadLetter, ListenerStatus, RunRecord } from 'daemonry' */
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
 * Dead letters as runs of a table; one whose record is kept no longer says so.
 *
 * @param {readonly DeadLetter[]} letters
 * @returns {readonly RunRecord[]}
 */
export const runsOfDead = (letters) =>
  letters.map(({ listener, task, tickId, since, record }) => {
    if (record !== undefined) return record;
    const at = tickId.slice(tickId.indexOf('@') + 1);
    const scheduledAt = at.startsWith('manual:') ? since : at;
    const detail = 'its record is kept no longer';
    return { runId: tickId, tickId, listener, task, trigger: 'schedule', scheduledAt, outcome: 'failed', detail };
  });

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
