import type { ApplicationEventMap, ApplicationEventName } from '../contracts/ApplicationEvents';
import { type BootPlan, DECORATOR_ORIGIN, DEFAULT_ORIGIN, type PlannedValue } from '../contracts/BootPlan';
import { formatDuration } from '../contracts/Duration';
import type { LogFields } from '../contracts/ListenerLogger';
import { BRIEF, READABLE } from './readable';

/** The parts of a {@link BootScreen}. */
export interface BootScreenParts {
  readonly name: string;
  readonly plan: Pick<BootPlan, 'listeners' | 'order' | 'warnings'>;
  /** Every value of the configuration, those of listeners included. */
  readonly values: () => readonly PlannedValue[];
  /** The command line and the entry file, as a user types them here: `npx daemonry` and `src/main.ts`. */
  readonly command: () => { readonly program: string; readonly entry: string };
}

/** Lines of the changed values end here, or where the terminal does. */
const WIDEST_LINE = 100;
/** A value that is longer is cut: `daemonry config` shows all of it. */
const LONGEST_VALUE = 60;
/** The plan as data is told in several lines when it is longer, in characters of JSON: what reads logs cuts long lines. */
const LONGEST_PLAN = 6_000;
/** A list of more is cut in a line. */
const MOST_ITEMS = 100;

/**
 * The boot of an application that `runMain` runs, as one screen for people: what somebody has configured, a short line for
 * each listener as it starts or why it does not, and at the end where it answers, what to try and how to stop it. Until
 * {@link open} is called, the log tells the boot as every other event.
 */
export class BootScreen {
  readonly #parts: BootScreenParts;
  #isOpen = false;
  #columns = WIDEST_LINE;
  #url: string | undefined;
  #hasFailed = false;

  constructor(parts: BootScreenParts) {
    this.#parts = parts;
  }

  /** The address where the application answers, to be shown at the end of the boot. */
  set url(url: string | undefined) {
    this.#url = url;
  }

  /**
   * Begins the screen. Returns the fields of each line that tells the plan; only the first is for people as well.
   *
   * @param columns - the width of the terminal. @defaultValue 100
   */
  open(columns = WIDEST_LINE): readonly LogFields[] {
    const { name, plan, values } = this.#parts;
    this.#isOpen = true;
    this.#columns = columns;
    const changed = values().filter(({ origin }) => origin !== DEFAULT_ORIGIN && origin !== DECORATOR_ORIGIN);
    const [first = {}, ...rest] = planData(plan, changed);
    const tasks = plan.listeners.reduce((total, each) => total + each.tasks.length, 0);
    const text = [
      `Starting ${name}: ${count(plan.order.length, 'listener')}, ${count(tasks, 'task')}`,
      ...changedLines(changed, Math.min(WIDEST_LINE, columns)),
      ...plan.warnings.map(({ code, message }) => `  warning ${code}: ${message}`),
    ].join('\n');
    return [{ plan: first, [BRIEF]: text }, ...rest.map((plan) => ({ plan, [BRIEF]: '' }))];
  }

  /** The fields that make the line of an event short while the boot lasts; undefined for one that stays as it is. */
  fieldsOf<K extends ApplicationEventName>(name: K, event: ApplicationEventMap[K]): LogFields | undefined {
    if (!this.#isOpen) return undefined;
    switch (name) {
      // The plan has said it.
      case 'application.starting':
        return { [BRIEF]: '' };
      case 'listener.started':
        return lineOf(event, formatDuration((event as ApplicationEventMap['listener.started']).startupMs));
      case 'listener.disabled':
        return lineOf(event, 'disabled', `: ${(event as ApplicationEventMap['listener.disabled']).reason}`);
      case 'listener.startup_failed': {
        const { fatal, error } = event as ApplicationEventMap['listener.startup_failed'];
        if (!fatal) return undefined;
        // Its whole story, with the fix, is the last that the process writes.
        this.#hasFailed = true;
        return lineOf(event, 'failed', `, which is fatal: ${error.message.split('\n', 1).join()}`);
      }
      case 'application.started':
        this.#isOpen = false;
        return { [BRIEF]: this.#ending((event as ApplicationEventMap['application.started']).startupMs) };
      case 'application.stopped':
        this.#isOpen = false;
        return this.#hasFailed ? { [READABLE]: '' } : undefined;
      default:
        return undefined;
    }
  }

  #ending(startupMs: number): string {
    const { program, entry } = this.#parts.command();
    const tries = [
      this.#url === undefined
        ? [`${program} check ${entry}`, 'what is wrong with it, before it runs']
        : [`${program} top`, 'what it does, every second'],
      [`${program} plan ${entry}`, 'why in this order, and when each task is due'],
      [`${program} config ${entry}`, 'every value, and where it comes from'],
    ] as const;
    const widest = Math.max(...tries.map(([command]) => command.length));
    const where = this.#url === undefined ? [] : [`listens on ${this.#url}.`];
    const said = [`Started in ${formatDuration(startupMs)}${this.#url === undefined ? '.' : ','}`, ...where];
    const line = [...said, 'Ctrl-C stops it. To see more:'].join(' ');
    return [
      // An address that is cut leads nowhere.
      ...(line.length <= this.#columns ? [line] : [...said, 'Ctrl-C stops it. To see more:']),
      ...tries.map(([command, what]) => `  ${command.padEnd(widest)}  ${what}`),
    ].join('\n');
  }
}

/** The line of a listener: how it went, its name, and why, if there is anything to say. */
function lineOf(event: unknown, outcome: string, why = ''): LogFields {
  const { listener } = event as { readonly listener: string };
  return { [BRIEF]: `  ${outcome.padStart(OUTCOME_WIDTH)}  ${listener}${why}` };
}

const OUTCOME_WIDTH = 'disabled'.length;

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`;

/** The changed values by the place that they come from, a paragraph for each place. */
function changedLines(changed: readonly PlannedValue[], columns: number): string[] {
  const places = new Map<string, Map<string, string[]>>();
  for (const { path, value, origin } of changed) {
    const options = places.get(origin) ?? new Map<string, string[]>();
    places.set(origin, options);
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
    const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
    const [, listener = '', option = path] = LISTENER_OPTION.exec(path) ?? [];
    options.set(`${option} ${shown}`, [...(options.get(`${option} ${shown}`) ?? []), listener]);
  }
  return [...places].flatMap(([origin, options]) =>
    paragraph(`  set by ${origin}:`, Array.from(options, describeOption), columns),
  );
}

/** The path of an option of a listener, or of its task. */
const LISTENER_OPTION = /^listeners\.([^.]+)\.(?:tasks\.(?:tick\.)?)?(.+)$/;
/** Listeners with the same value of an option are counted when they are more. */
const MOST_NAMED = 2;

function describeOption([text, listeners]: readonly [string, readonly string[]]): string {
  if (listeners.length > MOST_NAMED) return `${text} of ${listeners.length} listeners`;
  return listeners.map((listener) => `${listener} ${text}`.trimStart()).join(', ');
}

/** Lays out texts behind a title, with commas, as many in a line as fit. */
function paragraph(title: string, texts: readonly string[], columns: number): string[] {
  const lines = [title];
  for (const [index, text] of texts.entries()) {
    const piece = ` ${text}${index === texts.length - 1 ? '' : ','}`;
    const line = lines.at(-1) ?? '';
    if (line.length + piece.length <= columns) lines[lines.length - 1] = line + piece;
    else lines.push(`   ${piece}`);
  }
  return lines;
}

interface PlanData {
  readonly order: string[];
  readonly disabled: Record<string, string>;
  readonly changed: PlannedValue[];
  readonly warnings: object[];
}

/** The plan as data: what is not as the authors of the classes wrote it. In parts, of which none is too long for a line. */
function planData(plan: BootScreenParts['plan'], changed: readonly PlannedValue[]): PlanData[] {
  const parts: PlanData[] = [];
  let left = 0;
  let items = MOST_ITEMS;
  const add = (item: unknown, put: (part: PlanData) => void): void => {
    const length = (JSON.stringify(item) ?? '').length + 8;
    if (left < length || items === MOST_ITEMS) {
      parts.push({ order: [], disabled: {}, changed: [], warnings: [] });
      left = LONGEST_PLAN;
      items = 0;
    }
    items++;
    left -= length;
    put(parts.at(-1) as PlanData);
  };
  for (const name of plan.order) add(name, ({ order }) => order.push(name));
  for (const { name, disabledReason } of plan.listeners) {
    if (disabledReason !== undefined)
      add([name, disabledReason], ({ disabled }) => {
        disabled[name] = disabledReason;
      });
  }
  for (const value of changed) {
    const { path, origin } = value;
    const text = JSON.stringify(value.value) ?? '';
    const shown =
      text.length > LONGEST_PLAN / 4 ? { path, origin, value: `${text.slice(0, LONGEST_PLAN / 4)}…` } : value;
    add(shown, (part) => part.changed.push(shown));
  }
  for (const warning of plan.warnings) add(warning, ({ warnings }) => warnings.push(warning));
  return parts;
}
