import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type McpConsumption, mcpConsumptionModule } from '@daemonry/modules/mcp_consumption';
import { type ReasoningTool, ReasoningTools } from '@daemonry/modules/reasoning_engine';
import { createTestApplication } from 'daemonry/testing';

import { closeHttpServers } from './givenHttpServer';

const SERVER = join(__dirname, '..', 'entries', 'mcp-stdio-server.cjs');

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

const running: { app: TestApplication; folder: string }[] = [];

export async function endMcpConsumption(): Promise<void> {
  for (const { app, folder } of running.splice(0)) {
    await app.stop();
    await rm(folder, { recursive: true });
  }
  await closeHttpServers();
}

/** A running application with `mcp_consumption`; ended by {@link endMcpConsumption}. */
export async function givenMcpConsumption(
  endpoints: readonly Record<string, unknown>[],
  settings: Record<string, unknown> = {},
  logging: Record<string, unknown> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-consumption-'));
  const app = await createTestApplication({
    now: '2030-01-01T00:00:00Z',
    // The startup loads the protocol's library.
    settleMs: 1_000,
    modules: [mcpConsumptionModule()],
    config: {
      values: {
        state: { directory: folder },
        mcp_consumption: { endpoints, ...settings },
        logging,
      },
    },
  });
  running.push({ app, folder });
  await app.start();
  /** The tools for the reasoning engine, by name. */
  const offered = async (): Promise<ReadonlyMap<string, ReasoningTool>> => {
    const signal = new AbortController().signal;
    const lists = await Promise.all(app.container.getAll(ReasoningTools).map((source) => source.list({ signal })));
    return new Map(lists.flat().map((tool) => [tool.name, tool]));
  };
  return { app, offered, mcp: app.listeners.resolve<McpConsumption>('mcp_consumption') };
}

/** An endpoint that is a program, which is told what to do. */
export const stdio = (told: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  name: 'local',
  transport: 'stdio',
  command: process.execPath,
  args: [SERVER, JSON.stringify(told)],
  allowedTools: ['.*'],
  ...more,
});

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
