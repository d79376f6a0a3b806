/** @import { Store } from '../store.mjs' */
/** @import { ShownIntent } from '../views/intents.mjs' */
import { relative } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { ListenerLink, Section, Sign, When } from '../parts.mjs';
import { ActionDialog } from './action.mjs';

const MOST = 8;

/** The operator, since when and until when. @param {{ shown: ShownIntent, now: number }} props */
function Whose({ shown, now }) {
  const { by, since, until } = shown.intent;
  const end =
    until === undefined
      ? `, until it is ${shown.lift === 'resume' ? 'resumed' : 'reset'}`
      : `, ends ${relative(until, now)}`;
  return html`<span class="muted when"
    >by ${by}, <${When} at=${since} now=${now} />${end}${shown.isRestored ? ', kept from before this start' : ''}</span
  >`;
}

/** Everything that operators have set, with what lifts it. @param {{ store: Store, all: readonly ShownIntent[], now: number }} props */
export function Intents({ store, all, now }) {
  const [lifted, setLifted] = useState(/** @type {ShownIntent | undefined} */ (undefined));
  const [isOpen, setOpen] = useState(false);
  const mayOperate = store.snapshot.operator?.may.includes('operate') === true;
  const list = isOpen ? all : all.slice(0, MOST);
  const rest = all.length - list.length;
  if (all.length === 0 && lifted === undefined) return null;
  return html`<${Section} title="Set by operators">
    <ul class="findings">
      ${list.map(
        (shown) =>
          html`<li key=${shown.key}>
            <${Sign} tone=${shown.tone} />
            <div>
              <p>
                ${shown.listener === undefined ? 'The whole application' : html`<${ListenerLink} name=${shown.listener} />`}${shown.task === undefined ? '' : ` ${shown.task}`}
                ${' '}${shown.what} <${Whose} shown=${shown} now=${now} />
              </p>
              <p class="detail">${shown.intent.reason}</p>
            </div>
            ${mayOperate && shown.lift !== undefined ? html`<button class="quiet" onClick=${() => setLifted(shown)} aria-label=${`${shown.lift === 'resume' ? 'Resume' : 'Reset'}: ${shown.listener ?? 'the whole application'}`}>${shown.lift === 'resume' ? 'Resume' : 'Reset'}</button>` : null}
          </li>`,
      )}
    </ul>
    ${rest === 0 ? null : html`<button class="quiet" onClick=${() => setOpen(true)}>Show ${rest} more</button>`}
    ${lifted?.lift === undefined ? null : html`<${ActionDialog} action=${lifted.lift} listener=${lifted.listener} tasks=${[]} task=${lifted.task} onClose=${() => setLifted(undefined)} />`}
  <//>`;
}

/** Facts of the page of a listener: all that operators have set for it. @param {{ all: readonly ShownIntent[], now: number }} props */
export const IntentFacts = ({ all, now }) =>
  all.map(
    (shown) =>
      html`<div key=${shown.key} class="wide">
        <dt>Set by an operator${shown.listener === undefined ? ', for the whole application' : ''}</dt>
        <dd>
          ${shown.task === undefined || shown.task === 'tick' ? '' : `${shown.task} `}${shown.what}:
          <bdi>${shown.intent.reason}</bdi>
          <${Whose} shown=${shown} now=${now} />
        </dd>
      </div>`,
  );
