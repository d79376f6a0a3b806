import { PlanError, Problems } from '../errors/Problem';
import type { PluginInput } from '../planning/PluginInput';
import type { LoadedPlugins } from './LoadedPlugins';
import type { PluginRecord } from './PluginRecord';

type Plan<Planned> = (plugins: PluginInput, problems: Problems) => Promise<Planned>;

/**
 * Plans an application with its plugins. If that fails, and planning without plugins works, the plugins are added one by
 * one, by priority: a plugin with which planning fails, whatever is added after it, is marked as failed, with all the problems, and left out.
 *
 * @param found - problems found before; each attempt begins with them.
 * @throws PlanError when planning fails without plugins too, or with `plugins.onFailure: 'abort'`.
 */
export async function planWithPlugins<Planned>(
  plugins: LoadedPlugins,
  found: Problems,
  plan: Plan<Planned>,
): Promise<Planned> {
  const candidates = plugins.loaded;
  try {
    return await plan(plugins.inputOf(candidates), copyOf(found));
  } catch (error) {
    if (!(error instanceof PlanError) || plugins.abort || candidates.length === 0 || found.list.length > 0) throw error;
    // A configured listener that is unknown may belong to a plugin that is left out, so no attempt fails because of it.
    const attempt = (kept: readonly PluginRecord[]): Promise<Planned | PlanError> =>
      planOrProblems(() => plan(tolerant(plugins.inputOf(kept)), copyOf(found)));
    return withoutOffenders(candidates, error, attempt);
  }
}

async function withoutOffenders<Planned>(
  candidates: readonly PluginRecord[],
  first: PlanError,
  attempt: (kept: readonly PluginRecord[]) => Promise<Planned | PlanError>,
): Promise<Planned> {
  let planned = await attempt([]);
  if (planned instanceof PlanError) throw first;
  const kept = new Set<PluginRecord>();
  const failures = new Map<PluginRecord, PlanError>();
  // One may need another that comes after it: what has failed is tried again as long as another one was added.
  for (let before = -1; before < kept.size;) {
    before = kept.size;
    for (const candidate of candidates.filter((one) => !kept.has(one))) {
      const tried = await attempt(candidates.filter((one) => one === candidate || kept.has(one)));
      if (tried instanceof PlanError) {
        failures.set(candidate, tried);
      } else {
        planned = tried;
        kept.add(candidate);
      }
    }
  }
  if (kept.size === candidates.length) throw first;
  for (const [candidate, { problems }] of failures) if (!kept.has(candidate)) candidate.fail(problems);
  return planned;
}

const tolerant = (input: PluginInput): PluginInput => ({
  ...input,
  configurable: { ...input.configurable, incomplete: true },
});

async function planOrProblems<Planned>(plan: () => Promise<Planned>): Promise<Planned | PlanError> {
  try {
    return await plan();
  } catch (error) {
    if (error instanceof PlanError) return error;
    throw error;
  }
}

function copyOf(problems: Problems): Problems {
  const copy = new Problems();
  for (const { code, ...parts } of problems.list) copy.add(code, parts);
  return copy;
}
