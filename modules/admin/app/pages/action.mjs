import { operate, Refused } from '../api.mjs';
import { moment } from '../format.mjs';
import { focusNear, placeOf } from '../focus.mjs';
import { html, useEffect, useRef, useState } from '../lib.mjs';
import { Trouble } from '../parts.mjs';

/** The actions of `POST /api/operate` in the words of the buttons. */
export const ACTION_NAMES = /** @type {const} */ ({
  trigger: 'Run now',
  pause: 'Pause',
  resume: 'Resume',
  'skip-next': 'Skip next',
  reschedule: 'Reschedule',
  restart: 'Restart',
  reset: 'Reset',
  dismiss: 'Dismiss dead letters',
});

/** The effect of each action, in a sentence or two. */
const EFFECTS = {
  trigger: 'Runs the task once now. The schedule is not moved, and a pause is ignored.',
  pause: 'Due moments are skipped until the pause ends. A run in flight goes on.',
  resume: 'Due moments are kept again from now on.',
  'skip-next': 'Skips the next due moment of the task. Those after it are kept.',
  reschedule: 'Replaces the schedule until it is reset. The history of the task is kept.',
  restart: 'Shuts the listener down and starts it again.',
  reset: 'Lifts everything that operators have set for it: schedules, skipped due moments, log levels and pauses.',
  dismiss: 'Forgets all dead letters of the task. Their records stay in its history.',
};

/** The effect on one dead letter. @param {string} tickId @param {string} action */
const effectOn = (tickId, action) =>
  action === 'trigger'
    ? `Runs the task once now. The dead letter ${tickId} is dismissed if the run succeeds.`
    : `Forgets the dead letter ${tickId}. Its record stays in the history.`;

/** Durations, which the application counts on its own clock. */
const DURATIONS = /** @type {const} */ ([
  ['15 minutes', '15m'],
  ['1 hour', '1h'],
  ['4 hours', '4h'],
  ['1 day', '1d'],
  ['1 week', '7d'],
]);

const LATE = 'It goes on, and its answer is waited for. Cancel leaves it alone, and does not end it.';
const UNKNOWN = 'Whether it was done is not known: the same again is done once.';

/** A text that no other act has. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Asks for the reason of an act, and has it done.
 *
 * @param {{ action: keyof typeof ACTION_NAMES, listener: string | undefined, tasks: readonly string[], task?: string | undefined, tickId?: string | undefined, onClose: () => void }} props
 */
export function ActionDialog({ action, listener, tasks, task: given = '', tickId, onClose }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const asked = useRef({ what: '', key: '' });
  const isOpen = useRef(true);
  const [opener] = useState(() => placeOf(document.activeElement));
  const [isBusy, setBusy] = useState(false);
  const [isLate, setLate] = useState(false);
  const [error, setError] = useState(/** @type {Error | undefined} */ (undefined));
  const [done, setDone] = useState(/** @type {readonly string[] | undefined} */ (undefined));
  useEffect(() => {
    dialog.current?.showModal();
    return () => void (isOpen.current = false);
  }, []);

  /** Another act has another key; the same one, whatever its reason, keeps it. @param {object} what */
  const keyOf = (what) => {
    const text = JSON.stringify({ ...what, reason: '' });
    if (text !== asked.current.what) asked.current = { what: text, key: newKey() };
    return asked.current.key;
  };
  const late = () => {
    if (isOpen.current) setLate(true);
    return isOpen.current;
  };

  /** @param {SubmitEvent} event */
  const act = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    setBusy(true);
    setError(undefined);
    try {
      const what = bodyOf(action, { listener, task: given, tickId }, form);
      const answer = /** @type {Answer} */ (await operate({ ...what, key: keyOf(what) }, late));
      setDone(toldBy(answer));
    } catch (refused) {
      const isUnknown = refused instanceof Refused && refused.status === 0;
      setError(isUnknown ? new Error(`${refused.message} ${UNKNOWN}`) : /** @type {Error} */ (refused));
    }
    setBusy(false);
    setLate(false);
  };
  const close = () => dialog.current?.close();
  const closed = () => {
    onClose();
    // The browser gives the focus back to the control that opened it, where that is still there.
    if (document.activeElement === document.body) focusNear(opener);
  };
  const name =
    tickId === undefined ? ACTION_NAMES[action] : action === 'trigger' ? 'Run again' : 'Dismiss a dead letter';
  const title = `${name}: ${listener ?? 'the whole application'}`;
  return html`<dialog ref=${dialog} aria-labelledby="act-title" onClose=${closed}>
    <h2 id="act-title">${title}</h2>
    ${
      done !== undefined
        ? html`<div role="status">${done.map((text) => html`<p key=${text}>${text}</p>`)}</div>
            <div class="buttons"><button class="primary" autofocus onClick=${close}>Close</button></div>`
        : html`<form onSubmit=${act}>
            <p class="muted">${tickId === undefined ? EFFECTS[action] : effectOn(tickId, action)}</p>
            ${tasks.length > 1 && action !== 'restart' ? html`<${TaskField} action=${action} tasks=${tasks} given=${given} />` : null}
            ${action === 'reschedule' ? html`<${ScheduleField} />` : null}
            ${action === 'pause' || action === 'reschedule' ? html`<${UntilField} action=${action} />` : null}
            <label for="act-reason">Reason</label>
            <input
              id="act-reason"
              name="reason"
              required
              maxlength="500"
              pattern=".*\\S.*"
              autofocus
              autocomplete="off"
              placeholder="Why? It is kept in the audit log."
            />
            <${Trouble} error=${error} />
            <p role="status" class="muted">${isLate ? LATE : ''}</p>
            <div class="buttons">
              <button type="button" onClick=${close}>Cancel</button>
              <button class="primary" aria-disabled=${isBusy}>${isBusy ? 'Working …' : ACTION_NAMES[action]}</button>
            </div>
          </form>`
    }
  </dialog>`;
}

/** @param {{ action: string, tasks: readonly string[], given: string }} props */
function TaskField({ action, tasks, given }) {
  const every = action === 'pause' || action === 'resume' || action === 'reset';
  return html`<label for="act-task">Task</label>
    <select id="act-task" name="task">
      ${every ? html`<option value="">every task</option>` : null}
      ${tasks.map((each) => html`<option key=${each} value=${each} selected=${each === given}>${each}</option>`)}
    </select>`;
}

/** @param {{ action: string }} props */
const UntilField = ({ action }) =>
  html`<label for="act-until">Until</label>
    <select id="act-until" name="until">
      <option value="">${action === 'pause' ? 'it is resumed' : 'it is reset'}</option>
      ${DURATIONS.map(([text, lasts]) => html`<option key=${text} value=${lasts}>${text} from now</option>`)}
    </select>`;

function ScheduleField() {
  const [kind, setKind] = useState('interval');
  return html`<label for="act-kind">New schedule</label>
    <div class="pair">
      <select
        id="act-kind"
        name="kind"
        value=${kind}
        onChange=${(/** @type {Event} */ event) => setKind(/** @type {HTMLSelectElement} */ (event.target).value)}
      >
        <option value="interval">every</option>
        <option value="cron">cron</option>
        <option value="off">off</option>
      </select>
      ${kind === 'off' ? null : html`<input name="schedule" required maxlength="100" autocomplete="off" aria-label=${kind === 'cron' ? 'Cron pattern, in UTC' : 'Interval'} placeholder=${kind === 'cron' ? '0 3 * * *' : '10m'} />`}
    </div>`;
}

/**
 * The body of `POST /api/operate`, but for its key.
 *
 * @param {string} action
 * @param {{ readonly listener: string | undefined, readonly task: string, readonly tickId: string | undefined }} subject The task that is meant where the form has no field for it.
 * @param {FormData} form
 */
function bodyOf(action, subject, form) {
  /** @param {string} name */
  const field = (name) => String(form.get(name) ?? '').trim();
  const [until, kind, schedule] = [field('until'), field('kind'), field('schedule')];
  const task = form.has('task') ? field('task') : subject.task;
  return {
    action,
    ...(subject.listener === undefined ? {} : { listener: subject.listener }),
    ...(task === '' ? {} : { task }),
    ...(subject.tickId === undefined ? {} : { tickId: subject.tickId }),
    reason: field('reason'),
    ...(until === '' ? {} : { until }),
    ...(kind === 'off' ? { interval: 'off' } : kind === '' ? {} : { [kind]: schedule }),
  };
}

/** @typedef {{ readonly action: string, readonly listener?: string, readonly task?: string, readonly by: string, readonly reason: string }} Lifted */
/** @typedef {{ readonly nextDue?: readonly string[], readonly record?: { readonly outcome?: string }, readonly lifted?: readonly Lifted[], readonly notes?: readonly string[] }} Answer */

const MOST_LIFTED = 5;

/** The answer in sentences. @param {Answer} answer */
function toldBy({ nextDue, record, lifted = [], notes = [] }) {
  const next =
    nextDue === undefined || nextDue.length === 0 ? [] : [`Due next: ${nextDue.map((at) => moment(at)).join(', ')}.`];
  const outcome = record === undefined ? [] : [`The run ${(record.outcome ?? 'is in flight').replaceAll('_', ' ')}.`];
  const rest = lifted.length - MOST_LIFTED;
  const ended = lifted.slice(0, MOST_LIFTED).map(({ action, listener = 'the whole application', task, by, reason }) => {
    return `It ends the ${action} of ${task === undefined ? listener : `${listener} ${task}`} by ${by}: ${reason}`;
  });
  return ['Done.', ...outcome, ...next, ...ended, ...(rest > 0 ? [`It ends ${rest} more.`] : []), ...notes];
}
