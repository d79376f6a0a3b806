/** @import { Snapshot, Store } from '../store.mjs' */
/** @import { Edge, Look, Node } from '../views/graph.mjs' */
import { count } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { Empty, ListenerLink, Names, pageOf, Section, Sign } from '../parts.mjs';
import { heldUp, withBlocker } from '../views/state.mjs';
import { graphOf, groupsOf, MOST_NODES, NODE } from '../views/graph.mjs';

const MOST_EDGES = 400;

/** The start order and the reasons for it. @param {{ store: Store, snap: Snapshot }} props */
export function Graph({ snap }) {
  const [active, setActive] = useState('');
  const { plan, status } = snap;
  if (plan === undefined || status === undefined) return null;
  const held = [...heldUp(status.listeners)];
  const { nodes, edges, alone, width, height } = graphOf(plan, status);
  return html` <header class="page-head">
      <div>
        <h2>Start order</h2>
        <p class="muted">
          A listener starts after everything to its left that it is joined to, and stops before it. A dashed line only
          orders.
        </p>
      </div>
    </header>
    ${
      nodes.length === 0
        ? html`<${Empty}>No listener needs another.<//>`
        : nodes.length > MOST_NODES
          ? html`<${Empty}
                >${nodes.length} listeners are joined, too many to draw: they are listed by their state, and with their
                edges.<//
              >
              <${Section} title="Joined to others"><${Groups} looks=${nodes} /><//>`
          : html`<div class="scroll graph" tabindex="0" role="region" aria-label="Graph of the start order">
              <svg
                width=${width + 2}
                height=${height + 2}
                viewBox="-1 -1 ${width + 2} ${height + 2}"
                role="group"
                aria-label=${`${nodes.length} listeners, ${edges.length} edges`}
              >
                ${edges.map((edge) => html`<path key=${`${edge.from.name} ${edge.to.name} ${edge.reason}`} class=${classOf(edge, active)} d=${edge.d}><title>${`${edge.to.name}: ${edge.reason} (${edge.from.name})`}</title></path>`)}
                ${nodes.map((node) => html`<${NodeView} key=${node.name} node=${node} onActive=${setActive} isFaded=${active !== '' && !isNear(edges, node.name, active)} />`)}
              </svg>
            </div>`
    }
    ${
      held.length === 0
        ? null
        : html`<${Section} title="Blocked"
            ><ul class="plain">
              ${held.map(([need, names]) => html`<li key=${need}><${ListenerLink} name=${need} /> <span class="muted">does not run, and blocks</span> <${Names} names=${names} /></li>`)}
            </ul><//
          >`
    }
    <div class="two">
      <${Section} title="Edges and their reasons">
        ${
          edges.length === 0
            ? html`<${Empty}>There are none.<//>`
            : html`<ul class="plain">
                ${edges.slice(0, MOST_EDGES).map((edge) => html`<li key=${`${edge.from.name} ${edge.to.name} ${edge.reason}`}><${ListenerLink} name=${edge.to.name} /> <span class="muted">${edge.reason}:</span> <${ListenerLink} name=${edge.from.name} /></li>`)}
              </ul>`
        }
        ${edges.length > MOST_EDGES ? html`<p class="muted">The first ${MOST_EDGES} of ${count(edges.length)}; the page of a listener has its own.</p>` : null}
      <//>
      <${Section} title="Joined to no other">
        ${alone.length === 0 ? html`<${Empty}>There are none.<//>` : html`<${Groups} looks=${alone} />`}
      <//>
    </div>`;
}

/** Listeners under their state, the worst first. @param {{ looks: readonly Look[] }} props */
const Groups = ({ looks }) =>
  groupsOf(looks).map(
    (group) =>
      html`<h3 key=${group[0]?.word}>
          <${Sign} tone=${group[0]?.tone} word=${group[0]?.word} />
          <span class="muted num">${count(group.length)}</span>
        </h3>
        <ul class="columns">
          ${group.map(({ name, blockedBy }) => html`<li key=${name}><${ListenerLink} name=${name} />${blockedBy === undefined ? null : html` <span class="muted">blocked by <${ListenerLink} name=${blockedBy} /></span>`}</li>`)}
        </ul>`,
  );

/** @param {Edge} edge @param {string} active */
const classOf = ({ from, to, soft }, active) => {
  const isActive = from.name === active || to.name === active;
  return `edge ${soft ? 'soft' : ''} ${active === '' ? '' : isActive ? 'active' : 'faded'}`;
};

/** @param {readonly Edge[]} edges @param {string} name @param {string} active */
const isNear = (edges, name, active) =>
  name === active ||
  edges.some(
    ({ from, to }) => (from.name === active && to.name === name) || (to.name === active && from.name === name),
  );

/** @param {{ node: Node, onActive: (name: string) => void, isFaded: boolean }} props */
function NodeView({ node, onActive, isFaded }) {
  const { name, tone, word, blockedBy, order, x, y } = node;
  const text = name.length > 21 ? `${name.slice(0, 20)}…` : name;
  return html`<a
    href=${pageOf(name)}
    class=${`node tone-${tone} ${isFaded ? 'faded' : ''}`}
    aria-label=${`${text} ${order}, ${text === name ? '' : `${name}, `}${withBlocker(word, blockedBy)}`}
    onMouseEnter=${() => onActive(name)}
    onMouseLeave=${() => onActive('')}
    onFocus=${() => onActive(name)}
    onBlur=${() => onActive('')}
  >
    <g transform=${`translate(${x} ${y})`}>
      <rect width=${NODE.width} height=${NODE.height} rx="4" />
      <rect class="mark" width="4" height=${NODE.height} rx="2" />
      <text x="14" y="19">${text}</text>
      <text class="order" x=${NODE.width - 8} y="19" text-anchor="end">${order}</text>
    </g>
  </a>`;
}
