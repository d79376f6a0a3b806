/** @import { OperatorIntent } from 'daemonry' */
/** @import { Tone } from './state.mjs' */
import { moment } from '../format.mjs';

/**
 * @typedef {object} ShownIntent Something that an operator has set, in words.
 * @property {string} key
 * @property {Tone} tone
 * @property {string | undefined} listener Undefined for the whole application.
 * @property {string | undefined} task
 * @property {string} what Its effect: `paused`, `runs every 10m`, `logs debug`.
 * @property {OperatorIntent} intent
 * @property {boolean} isRestored True if it was set before this start of the application.
 * @property {'resume' | 'reset' | undefined} lift The act that lifts it and nothing beyond its listener; undefined if there is none.
 */

/** @param {OperatorIntent} intent @param {number} now */
function effectOf({ action, value = '' }, now) {
  if (action === 'pause') return value === 'stopped' ? 'stopped' : 'paused';
  if (action === 'reschedule') return value === 'manual' ? 'runs only by hand' : `runs ${value}`;
  if (action === 'log-level') return `logs ${value}`;
  return `skips ${moment(value, now)}`;
}

/** @param {OperatorIntent} intent @returns {ShownIntent['lift']} */
function liftOf({ action, listener }) {
  if (action === 'pause') return 'resume';
  // Without a listener, a reset lifts everything.
  return listener === undefined ? undefined : 'reset';
}

/**
 * Everything that operators have set and that holds, pauses first.
 *
 * @param {readonly OperatorIntent[]} intents
 * @param {string | undefined} bootedAt
 * @param {number} now
 * @returns {readonly ShownIntent[]}
 */
export function intentsOf(intents, bootedAt, now) {
  const holding = intents.filter(
    ({ action, until }) => action !== 'resume' && (until === undefined || Date.parse(until) > now),
  );
  const shown = holding.map((intent) => {
    const { action, listener, task, since } = intent;
    return {
      key: [action, listener, task].join(' '),
      tone: /** @type {Tone} */ (action === 'pause' ? 'paused' : 'busy'),
      listener,
      task,
      what: effectOf(intent, now),
      intent,
      isRestored: bootedAt !== undefined && since < bootedAt,
      lift: liftOf(intent),
    };
  });
  return shown.sort((one, other) => Number(other.tone === 'paused') - Number(one.tone === 'paused'));
}

/** The part of them that concerns a listener: its own, and what holds for the whole application. @param {readonly ShownIntent[]} shown @param {string} name @param {boolean} isPaused */
export const intentsFor = (shown, name, isPaused) =>
  shown.filter(
    ({ listener, intent }) =>
      listener === name || (listener === undefined && (intent.action === 'log-level' || isPaused)),
  );

/** The pause of the whole application; undefined if there is none. @param {readonly ShownIntent[]} shown */
export const pauseOfAll = (shown) => shown.find(({ listener, lift }) => listener === undefined && lift === 'resume');
