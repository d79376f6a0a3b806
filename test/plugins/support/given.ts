import { type Plugin, type PluginContext, type PluginOptions, PlanError, type PlannedPlugin } from '../../../src';
import { createTestApplication, type TestApplication, type TestApplicationOptions } from '../../../src/testing';

type Given = Omit<TestApplicationOptions, 'plugins'> & { readonly plugins?: PluginOptions };

/** An application with the plugins installed in `from`, those named enabled. */
export const appWith = (
  from: string,
  enabled: readonly string[],
  { plugins, ...options }: Given = {},
): Promise<TestApplication> => createTestApplication({ ...options, plugins: { from, enabled, ...plugins } });

/** A plugin given in code. */
export const plugin = (register: (context: PluginContext) => unknown, name = 'marvin'): Plugin => ({
  name,
  // Whatever the test gives: register has to be awaited when it is a promise.
  register: register as Plugin['register'],
});

/** The application with one plugin given in code. */
export const appOf = (register: (context: PluginContext) => unknown, options: Given = {}): Promise<TestApplication> =>
  createTestApplication({ ...options, plugins: { ...options.plugins, enabled: [plugin(register)] } });

export function plannedPlugin(app: TestApplication, name = 'marvin'): PlannedPlugin {
  const found = app.plan.plugins.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the plan has no plugin "${name}"`);
  return found;
}

/** What is wrong with a plugin, as `CODE: what`. */
export const complaintsOf = (app: TestApplication, name = 'marvin'): string[] =>
  plannedPlugin(app, name).problems.map(({ code, what }) => `${code}: ${what}`);

/** What an application is refused for, as `CODE: what`. */
export async function refusalOf(creating: Promise<unknown>): Promise<string[]> {
  try {
    await creating;
  } catch (error) {
    if (error instanceof PlanError) return error.problems.map(({ code, what }) => `${code}: ${what}`);
    throw error;
  }
  throw new Error('the application was not refused');
}

export const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
