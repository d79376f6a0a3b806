/** @import { ListenerStatus, RunRecord } from 'daemonry' */
/** @import { ShownIntent } from '../views/intents.mjs' */
import { count, duration } from '../format.mjs';
import { html } from '../lib.mjs';
import { ListenerLink, Names, When } from '../parts.mjs';
import { errorText, failingSince, freshnessText, runsOf } from '../views/listener.mjs';
import { heldBy } from '../views/state.mjs';
import { Holder } from './cluster.mjs';
import { IntentFacts } from './intents.mjs';

/**
 * Why it is as it is, and since when.
 *
 * @param {{ listener: ListenerStatus, holds: readonly string[], intents: readonly ShownIntent[], runs: readonly RunRecord[], successes: Readonly<Record<string, string>>, now: number }} props
 */
export function ListenerFacts({ listener, holds, intents, runs, successes, now }) {
  const { error, blockedBy, disabledReason, restartAt, restarts, startedAt, startupMs, cluster, tasks } = listener;
  const { fatalOnStartupFailure } = listener;
  const failing = tasks.flatMap((task) => {
    const since = failingSince(runsOf(runs, task), task.lastSuccessAt ?? successes[task.name]);
    return since === undefined ? [] : [{ task, since }];
  });
  return html`<dl class="facts">
    ${
      startedAt === undefined
        ? null
        : html`<div>
            <dt>Started</dt>
            <dd><${When} at=${startedAt} now=${now} /> <span class="muted">in ${duration(startupMs ?? 0)}</span></dd>
          </div>`
    }
    <div>
      <dt>A failed startup</dt>
      <dd>${fatalOnStartupFailure ? 'ends the application' : 'is survived'}</dd>
    </div>
    ${
      cluster === undefined
        ? null
        : html`<div class="wide">
            <dt>Run body</dt>
            <dd><${Holder} cluster=${cluster} now=${now} /></dd>
          </div>`
    }
    ${
      blockedBy === undefined
        ? null
        : html`<div>
            <dt>Blocked by</dt>
            <dd>
              <${ListenerLink} name=${blockedBy} />
              ${heldBy(listener) === undefined ? null : html` <span class="muted">due moments are skipped until it runs</span>`}
            </dd>
          </div>`
    }
    ${
      holds.length === 0
        ? null
        : html`<div class="wide tone-warn">
            <dt>Blocks</dt>
            <dd><${Names} names=${holds} /></dd>
          </div>`
    }
    ${
      disabledReason === undefined
        ? null
        : html`<div class="wide">
            <dt>Disabled</dt>
            <dd>${disabledReason}</dd>
          </div>`
    }
    ${
      restartAt === undefined
        ? null
        : html`<div class="tone-warn">
            <dt>Next attempt</dt>
            <dd>
              <${When} at=${restartAt} now=${now} />
              <span class="muted">attempt ${(restarts ?? 0) + 1}</span>
            </dd>
          </div>`
    }
    ${tasks
      .filter(({ stale }) => stale !== undefined)
      .map(
        (task) =>
          html`<div key=${`fresh ${task.name}`} class=${task.stale ? 'tone-bad' : ''}>
            <dt>${task.name === 'tick' ? 'Freshness' : `Freshness of ${task.name}`}</dt>
            <dd>${freshnessText(task)}</dd>
          </div>`,
      )}
    ${failing.map(
      ({ task, since }) =>
        html`<div key=${task.name} class="tone-bad">
          <dt>${task.name === 'tick' ? 'Failing' : `${task.name} failing`} since</dt>
          <dd>
            <${When} at=${since.at} now=${now} />
            <span class="muted"
              >${since.isLeast ? 'at least ' : ''}${count(since.runs)} in a row,
              ${since.success === undefined ? 'no success is known' : html`last success <${When} at=${since.success} now=${now} />`}</span
            >
          </dd>
        </div>`,
    )}
    <${IntentFacts} all=${intents} now=${now} />
    ${
      error === undefined
        ? null
        : html`<div class="wide">
            <dt>Error</dt>
            <dd><pre class="stack" tabindex="0" aria-label="Error of the listener">${errorText(error)}</pre></dd>
          </div>`
    }
  </dl>`;
}
