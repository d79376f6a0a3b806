import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Question,
  type ReasoningEngine,
  reasoningEngineModule,
  type ReasoningTool,
  ReasoningTools,
} from '@daemonry/modules/reasoning_engine';
import { createTestApplication } from 'daemonry/testing';
import { ContainerModule } from 'inversify';

import { closeHttpServers } from './givenHttpServer';
import { givenReplies, type Reply } from './givenReplies';
import type { ModelWire } from './modelWires';
import { readRows } from './readAudit';

type Options = NonNullable<Parameters<typeof createTestApplication>[0]>;
type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

export interface GivenModelOptions {
  /** Answers to the calls of the model, in order; afterwards it is silent. */
  readonly replies?: readonly Reply[];
  readonly tools?: readonly ReasoningTool[];
  /** More sources of tools. */
  readonly sources?: readonly ReasoningTools[];
  readonly modules?: Options['modules'];
  /** Settings of the engine. */
  readonly settings?: Record<string, unknown>;
  /** Settings of the provider. */
  readonly models?: Record<string, unknown>;
  /** More of the configuration. */
  readonly values?: Record<string, unknown>;
  readonly identity?: string;
  readonly plugins?: Options['plugins'];
}

export const KEY = 'sk-swordfish-456';
export const IDENTITY = 'You are the gateway. You are brief.';

const running: { app: TestApplication; folder: string }[] = [];

class GivenTools extends ReasoningTools {
  constructor(private readonly tools: readonly ReasoningTool[]) {
    super();
  }

  async list(): Promise<readonly ReasoningTool[]> {
    return this.tools;
  }
}

/** An application whose reasoning engine asks a model on loopback that speaks as `wire` says; not started. */
export async function givenModel(
  wire: ModelWire,
  {
    replies = [],
    tools = [],
    sources = [],
    modules = [],
    settings = {},
    models = {},
    values = {},
    identity = IDENTITY,
    plugins = [],
  }: GivenModelOptions = {},
) {
  const waiting = [...replies];
  const { url, calls } = await givenReplies(() => waiting.shift());
  const folder = await mkdtemp(join(tmpdir(), 'reasoning-'));
  const identityFile = join(folder, 'identity.md');
  if (identity !== '') await writeFile(identityFile, identity);
  const app = await createTestApplication({
    name: 'gateway',
    now: '2030-01-01T00:00:00Z',
    plugins,
    modules: [
      ...(modules ?? []),
      reasoningEngineModule(),
      new ContainerModule(({ bind }) => {
        for (const source of [new GivenTools(tools), ...sources]) bind(ReasoningTools).toConstantValue(source);
      }),
    ],
    config: {
      values: {
        state: { directory: folder },
        plugins: { identityFile },
        reasoning_engine: {
          provider: wire.provider,
          [wire.provider]: {
            apiKey: KEY,
            baseUrl: `${url}${wire.basePath}`,
            model: 'small-1',
            strongModel: 'large-1',
            prices: [
              { model: 'small-1', input: 1, output: 4, cacheRead: 0.1 },
              { model: 'large-1', input: 10, output: 40 },
            ],
            ...models,
          },
          ...settings,
        },
        ...values,
      },
    },
  });
  running.push({ app, folder });
  return { app, folder, calls, requests: () => calls.map((call) => wire.read(call)) };
}

/** The same, started. */
export async function givenRunningModel(wire: ModelWire, options: GivenModelOptions = {}) {
  const given = await givenModel(wire, options);
  await given.app.start();
  const engine = given.app.listeners.resolve<ReasoningEngine>('reasoning_engine');
  return {
    ...given,
    engine,
    ask: (question: string, more: Partial<Question> = {}) => engine.respond({ question, ...more }),
    /** Resolves once the model has been called `count` times. */
    untilCalls: async (count: number): Promise<void> => {
      while (given.calls.length < count) await new Promise((resolve) => setImmediate(resolve));
    },
    audited: () => auditedIn(given.folder),
  };
}

/** The types and details in the audit log of the application in that folder. */
async function auditedIn(folder: string): Promise<readonly { type: string; details: unknown }[]> {
  const rows = await readRows(folder, 'audit_log_events');
  return rows.map(({ type, details }) => ({ type: String(type), details: JSON.parse(String(details)) as unknown }));
}

export async function endModels(): Promise<void> {
  for (const { app, folder } of running.splice(0)) {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  }
  await closeHttpServers();
}
