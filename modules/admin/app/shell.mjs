/** @import { Snapshot, Store } from './store.mjs' */
import { routeOf } from './address.mjs';
import { post } from './api.mjs';
import { brief, elapsed, zoneText } from './format.mjs';
import { html, useEffect, useRef, useState } from './lib.mjs';
import { Sign, Trouble } from './parts.mjs';
import { Audit } from './pages/audit.mjs';
import { Boot } from './pages/boot.mjs';
import { Configuration } from './pages/configuration.mjs';
import { Graph } from './pages/graph.mjs';
import { History } from './pages/history.mjs';
import { ListenerPage } from './pages/listener.mjs';
import { Overview } from './pages/overview.mjs';
import { nextTheme, themeOf } from './theme.mjs';
import { intentsOf, pauseOfAll } from './views/intents.mjs';
import { stateText, toneOfState } from './views/state.mjs';

const PAGES = [
  { path: '', title: 'Overview', page: Overview },
  { path: 'graph', title: 'Graph', page: Graph },
  { path: 'boot', title: 'Boot', page: Boot },
  { path: 'history', title: 'History', page: History },
  { path: 'audit', title: 'Audit', page: Audit },
  { path: 'configuration', title: 'Configuration', page: Configuration },
];

/** The frame of all pages. @param {{ store: Store }} props */
export function Shell({ store }) {
  const [, redraw] = useState(0);
  const [route, setRoute] = useState(routeOf);
  const shown = useRef(route.path);
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => store.watch(() => redraw((times) => times + 1)), [store]);
  // Ages and the time until the next run change without an event.
  useEffect(() => {
    const timer = setInterval(() => redraw((times) => times + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    const onChange = () => {
      const next = routeOf();
      const isOther = next.path !== shown.current;
      shown.current = next.path;
      setRoute(next);
      // Another filter of the same page leaves who uses it where they are.
      if (!isOther) return;
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    };
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);

  const snap = store.snapshot;
  const current = route.first === 'listeners' ? undefined : PAGES.find(({ path }) => path === route.first);
  const title = current?.title ?? (route.first === 'listeners' ? route.name : 'Not found');
  useEffect(() => {
    document.title = `${title} · ${snap.about?.name ?? 'daemonry'}`;
  }, [title, snap.about?.name]);

  if (snap.connection === 'login') return html`<${Login} store=${store} refusal=${snap.refusal} />`;
  const page =
    route.first === 'listeners'
      ? html`<${ListenerPage} key=${route.name} store=${store} snap=${snap} name=${route.name} query=${route.query} />`
      : current === undefined
        ? html`<p class="empty">There is no such page. <a href="#/">Go to the overview</a>.</p>`
        : html`<${current.page} store=${store} snap=${snap} query=${route.query} />`;
  return html`<div class="shell">
    <a
      class="skip"
      href="#main"
      onClick=${(/** @type {Event} */ event) => {
        event.preventDefault();
        main.current?.focus();
      }}
      >Skip to the content</a
    >
    <${TopBar} store=${store} snap=${snap} />
    <nav aria-label="Pages">
      ${PAGES.map(
        (each) =>
          html`<a
            key=${each.path}
            href=${`#/${each.path}`}
            aria-current=${each.path === route.first || (each.path === '' && route.first === 'listeners') ? 'page' : undefined}
            >${each.title}</a
          >`,
      )}
    </nav>
    <main id="main" ref=${main} tabindex="-1">
      <${Connection} snap=${snap} />
      ${
        snap.status === undefined || snap.plan === undefined
          ? null
          : html`${page}
              <p class="muted zone">Times are those of this browser: ${zoneText(store.now())}.</p>`
      }
    </main>
  </div>`;
}

/** @param {{ store: Store, snap: Snapshot }} props */
function TopBar({ store, snap }) {
  const [theme, setTheme] = useState(themeOf);
  const { status, about, operator, operation } = snap;
  const pause = pauseOfAll(intentsOf(operation?.intents ?? [], status?.bootedAt, store.now()));
  const bootedAt = status?.bootedAt;
  const uptime = bootedAt === undefined ? undefined : store.now() - Date.parse(bootedAt);
  const logOut = async () => {
    await post('admin/session/end', {}).catch((error) => store.failed(error));
    void store.connect();
  };
  return html`<header class="top">
    <h1><a href="#/">${about?.name ?? 'daemonry'}</a></h1>
    ${about?.label === undefined ? null : html`<span class="label">${about.label}</span>`}
    ${status === undefined ? null : html`<${Sign} tone=${toneOfState(status.state)} word=${stateText(status.state)} />`}
    ${pause === undefined ? null : html`<${Sign} tone="paused" word=${`paused by ${pause.intent.by}`} />`}
    ${uptime === undefined ? null : html`<span class="muted up">up ${elapsed(uptime)}</span>`}
    <span class="gap"></span>
    <span class="live" data-connection=${snap.connection}
      >${snap.connection === 'live' ? 'live' : snap.connection}</span
    >
    ${operator === undefined ? null : html`<span class="muted who">${operator.name}</span>`}
    ${operator === undefined || operator.name === 'local' ? null : html`<button class="quiet" onClick=${logOut}>Log out</button>`}
    <button class="quiet" onClick=${() => setTheme(nextTheme())} aria-label=${`Theme: ${theme}`}>
      ${{ auto: 'Auto', light: 'Light', dark: 'Dark' }[theme]}
    </button>
  </header>`;
}

/** @param {{ snap: Snapshot }} props */
function Connection({ snap }) {
  if (snap.connection === 'connecting') return html`<p class="empty" role="status">Reading the application …</p>`;
  if (snap.connection === 'refused') return html`<${Refusals} texts=${[snap.refusal]} again="every five seconds" />`;
  if (snap.connection !== 'lost') {
    return html`<div role="status" class="hidden">Connected</div>
      <${Refusals} texts=${Object.values(snap.troubles)} again="soon" />`;
  }
  const age = snap.lostAt === undefined ? '' : ` for ${brief(Date.now() - snap.lostAt)}`;
  return html`<div class="banner" role="status">
    The application has not answered${age}. This is how it was; it is tried again every two seconds.
  </div>`;
}

/** Requests that were refused; what they would have told is shown as it was. @param {{ texts: readonly string[], again: string }} props */
const Refusals = ({ texts, again }) =>
  texts.length === 0
    ? null
    : html`<div class="trouble" role="alert">
        <pre>${texts.join('\n')}</pre>
        <p>This is how it was; it is tried again ${again}.</p>
      </div>`;

/** @param {{ store: Store, refusal: string }} props */
function Login({ store, refusal }) {
  const [error, setError] = useState(/** @type {Error | undefined} */ (undefined));
  const [token, setToken] = useState('');
  /** @param {Event} event */
  const logIn = async (event) => {
    event.preventDefault();
    try {
      await post('admin/session', { token });
      setToken('');
      await store.connect();
    } catch (refused) {
      setError(/** @type {Error} */ (refused));
    }
  };
  return html`<main class="login" id="main">
    <form onSubmit=${logIn}>
      <h1>Log in</h1>
      <p class="muted">With the token of one of <code>web.operators</code>.</p>
      ${refusal === '' ? null : html`<p role="status">The session has ended: ${refusal}.</p>`}
      <label for="token">Token</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        autofocus
        required
        value=${token}
        onInput=${(/** @type {InputEvent} */ event) => setToken(/** @type {HTMLInputElement} */ (event.target).value)}
      />
      <${Trouble} error=${error} />
      <button class="primary">Log in</button>
    </form>
  </main>`;
}
