import type { ClusterPolicy } from '../../contracts/entries';
import { describeClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import { OPTION_DEFAULTS } from './optionTable';
import type { OptionLevel, OptionPicker } from './readOptions';
import type { GivenDaemon, GivenTask } from './scheduleConflicts';

const PROCESS_SCOPE: { readonly cluster?: ClusterPolicy } = Object.freeze({});

/** The cluster policy of a task that has cluster scope; nothing for any other. */
export function decideCluster(picker: OptionPicker): { readonly cluster?: ClusterPolicy } {
  if (picker.pickGiven('scope') !== 'cluster') return PROCESS_SCOPE;
  const delivery = picker.pick('delivery');
  const maxStarts = delivery === 'at-least-once' ? picker.pick('maxStarts') : 1;
  return { cluster: { delivery, maxStarts } };
}

type Unused = 'delivery' | 'maxStarts';
const UNUSED: readonly Unused[] = ['delivery', 'maxStarts'];

/**
 * Reports a `delivery` without cluster scope, and `maxStarts` without `at-least-once`, in the place that gives it. Nothing is
 * reported where a place that outranks it has taken the scope or the delivery back.
 */
export function reportCluster(daemon: GivenDaemon, problems: Problems): void {
  for (const option of UNUSED) {
    if (!isGiven(option, daemon)) continue;
    if (daemon.tasks.length === 0) reportWithoutTasks(option, daemon, problems);
    else reportWithoutEffect(option, daemon, problems);
  }
}

const isGiven = (option: Unused, { operator, author, tasks }: GivenDaemon): boolean =>
  operator.values[option] !== undefined ||
  author.values[option] !== undefined ||
  tasks.some(({ levels }) => levels[0].values[option] !== undefined || levels[1].values[option] !== undefined);

function reportWithoutEffect(
  option: Unused,
  { target, path, tasks, operator, author }: GivenDaemon,
  problems: Problems,
): void {
  const report = ({ origins }: OptionLevel, place: string): void => {
    problems.add(typeof origins === 'string' ? 'INVALID_OPTION' : 'CONFIG_CONFLICT', {
      what: `"${option}" of ${place} has no effect ${option === 'delivery' ? 'without cluster scope' : "without delivery: 'at-least-once'"}.`,
      facts: { class: describeClass(target), from: typeof origins === 'string' ? origins : origins[option] },
      fix:
        option === 'delivery'
          ? "remove it, or give scope: 'cluster'."
          : "remove it, or give scope: 'cluster' and delivery: 'at-least-once'.",
    });
  };
  for (const task of tasks) {
    const [configured, decorated] = task.levels;
    if (configured.values[option] !== undefined && !isUsed(option, task))
      report(configured, `"${path}.tasks.${task.name}"`);
    if (decorated.values[option] !== undefined && !isUsed(option, task) && !isTakenBack(option, task, decorated))
      report(decorated, `@PeriodicTask of ${target.name}.${task.method}`);
  }
  for (const [level, place] of [
    [operator, `"${path}"`],
    [author, `@BackgroundDaemon of ${target.name}`],
  ] as const) {
    if (level.values[option] === undefined || tasks.some((task) => isUsed(option, task))) continue;
    if (tasks.every((task) => isTakenBack(option, task, level))) continue;
    report(level, place);
  }
}

/** Reports an option of a daemon that has no due moments, whatever its scope is. */
function reportWithoutTasks(
  option: Unused,
  { target, path, operator, author }: Pick<GivenDaemon, 'target' | 'path' | 'operator' | 'author'>,
  problems: Problems,
): void {
  for (const [{ values, origins }, place] of [
    [operator, `"${path}"`],
    [author, `@BackgroundDaemon of ${target.name}`],
  ] as const) {
    if (values[option] === undefined) continue;
    problems.add(typeof origins === 'string' ? 'INVALID_OPTION' : 'CONFIG_CONFLICT', {
      what: `"${option}" of ${place} has no effect: ${target.name} has no periodic task, and a \`run\` body has no due moments.`,
      facts: { class: describeClass(target), from: typeof origins === 'string' ? origins : origins[option] },
      fix: 'remove it.',
    });
  }
}

const given = <K extends Unused | 'scope'>({ levels }: GivenTask, option: K): OptionLevel | undefined =>
  levels.find(({ values }) => values[option] !== undefined);

const isShared = (task: GivenTask): boolean => given(task, 'scope')?.values.scope === 'cluster';

const isUsed = (option: Unused, task: GivenTask): boolean =>
  isShared(task) &&
  (option === 'delivery' || (given(task, 'delivery')?.values.delivery ?? OPTION_DEFAULTS.delivery) === 'at-least-once');

/** True if a place that outranks `level` gives the scope or the delivery that leaves the option without effect. */
function isTakenBack(option: Unused, task: GivenTask, level: OptionLevel): boolean {
  const outranking = task.levels.slice(0, task.levels.indexOf(level));
  return outranking.some(
    ({ values }) => values.scope === 'process' || (option === 'maxStarts' && values.delivery === 'at-most-once'),
  );
}
