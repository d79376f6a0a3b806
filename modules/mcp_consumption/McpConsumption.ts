import {
  BackgroundDaemon,
  Clock,
  durationMs,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type StartupContext,
  type TickContext,
} from 'daemonry';

import { errorText } from '../shared/errorText';
import { mapLimited } from '../shared/mapLimited';
import { loadClient } from './client';
import { McpConsumptionSettings } from './McpConsumptionSettings';
import { McpPool, type McpToolCall, type McpToolResult, type OfferedTool } from './McpPool';

const CHECKED_AT_ONCE = 10;

/** What the last check of an endpoint found. Plain JSON. */
export interface McpHealth {
  readonly endpoint: string;
  readonly connected: boolean;
  readonly toolsCount: number;
  /** ISO text: when the check ended. */
  readonly checkedAt: string;
  /** Why it is not connected; holds no credentials. */
  readonly lastError?: string;
}

/**
 * Holds the sessions with the configured MCP servers, and lists their tools regularly to see whether they are there. An
 * endpoint that fails is a finding, not a failed tick, and keeps no other waiting. Disabled without endpoints.
 */
@BackgroundDaemon({ name: 'mcp_consumption', interval: '5m' })
export class McpConsumption implements OnStartup, OnTick, OnShutdown {
  #latest: readonly McpHealth[] = [];

  constructor(
    private readonly settings: McpConsumptionSettings,
    private readonly pool: McpPool,
    private readonly clock: Clock,
  ) {}

  /** A copy of the findings of the last round. One that is older than `staleAfter` counts as not connected. */
  current(): readonly McpHealth[] {
    const oldest = this.clock.now() - durationMs(this.settings.staleAfter);
    return this.#latest.map((found) => {
      if (Date.parse(found.checkedAt) >= oldest) return { ...found };
      return { ...found, connected: false, lastError: found.lastError ?? `Not checked since ${found.checkedAt}.` };
    });
  }

  /** @throws McpEndpointNotFoundError, McpCallFailedError */
  listTools(endpoint: string, signal?: AbortSignal): Promise<readonly OfferedTool[]> {
    return this.pool.listTools(endpoint, signal);
  }

  /** @throws McpEndpointNotFoundError, McpToolNotAllowedError, McpCallFailedError */
  callTool(call: McpToolCall): Promise<McpToolResult> {
    return this.pool.callTool(call);
  }

  /** Connects to nothing: the first call does. @throws McpPatternError, PackageMissingError */
  startup({ disable }: StartupContext): void {
    if (this.settings.endpoints.length === 0) {
      disable('no mcp_consumption.endpoints are configured');
      return;
    }
    this.pool.check();
    loadClient();
  }

  async tick({ signal, log, commit }: TickContext): Promise<void> {
    const findings = await mapLimited(this.pool.endpoints, CHECKED_AT_ONCE, async (endpoint) => {
      const found = await this.#check(endpoint, signal);
      if (!found.connected) log.warn(`The MCP endpoint ${endpoint} is not connected: ${found.lastError ?? ''}`);
      return found;
    });
    commit(() => (this.#latest = findings));
  }

  async shutdown(): Promise<void> {
    this.#latest = [];
    await this.pool.close();
  }

  async #check(endpoint: string, signal: AbortSignal): Promise<McpHealth> {
    const finding = { endpoint, connected: true, toolsCount: 0 };
    try {
      const tools = await this.pool.listTools(endpoint, signal);
      return { ...finding, toolsCount: tools.length, checkedAt: this.#now() };
    } catch (error) {
      signal.throwIfAborted();
      return { ...finding, connected: false, checkedAt: this.#now(), lastError: errorText(error) };
    }
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
