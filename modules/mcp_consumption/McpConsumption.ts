import {
  BackgroundDaemon,
  Clock,
  durationMs,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type StartupContext,
  type TickContext,
  describeError,
} from 'daemonry';

import { mapLimited } from '../shared/mapLimited';
import { loadClient } from './client';
import { McpConsumptionSettings } from './McpConsumptionSettings';
import { McpPool, type McpToolCall, type McpToolResult, type OfferedTool } from './McpPool';

const CHECKED_AT_ONCE = 10;

/** The result of the last check of an endpoint. Plain JSON. */
export interface McpHealth {
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** True if it listed its tools. */
  readonly connected: boolean;
  /** Number of tools that it lists, allowed or not; 0 if it is not connected. */
  readonly toolsCount: number;
  /** ISO text: when the check ended. */
  readonly checkedAt: string;
  /** Reason why it is not connected, without credentials. */
  readonly lastError?: string;
}

/**
 * Keeps the sessions with the configured MCP servers, and lists their tools regularly to check that they can be reached. An
 * endpoint that fails is reported, fails no tick, and does not delay the others. Disabled without endpoints.
 */
@BackgroundDaemon({ name: 'mcp_consumption', interval: '5m' })
export class McpConsumption implements OnStartup, OnTick, OnShutdown {
  #latest: readonly McpHealth[] = [];

  constructor(
    private readonly settings: McpConsumptionSettings,
    private readonly pool: McpPool,
    private readonly clock: Clock,
  ) {}

  /** A copy of the results of the last round. Results that are older than `staleAfter` count as not connected. */
  current(): readonly McpHealth[] {
    const oldest = this.clock.now() - durationMs(this.settings.staleAfter);
    return this.#latest.map((found) => {
      if (Date.parse(found.checkedAt) >= oldest) return { ...found };
      return { ...found, connected: false, lastError: found.lastError ?? `Not checked since ${found.checkedAt}.` };
    });
  }

  /** Lists the tools of an endpoint. @throws McpEndpointNotFoundError, McpCallFailedError */
  listTools(endpoint: string, signal?: AbortSignal): Promise<readonly OfferedTool[]> {
    return this.pool.listTools(endpoint, signal);
  }

  /** Calls a tool of an endpoint. @throws McpEndpointNotFoundError, McpToolNotAllowedError, McpCallFailedError */
  callTool(call: McpToolCall): Promise<McpToolResult> {
    return this.pool.callTool(call);
  }

  /** Checks the patterns and loads the client library. The first call connects. @throws McpPatternError, PackageMissingError */
  startup({ disable }: StartupContext): void {
    if (this.settings.endpoints.length === 0) {
      disable('no mcp_consumption.endpoints are configured');
      return;
    }
    this.pool.check();
    loadClient();
  }

  /** Checks every endpoint. */
  async tick({ signal, log, commit }: TickContext): Promise<void> {
    const findings = await mapLimited(this.pool.endpoints, CHECKED_AT_ONCE, async (endpoint) => {
      const found = await this.#check(endpoint, signal);
      if (!found.connected) log.warn(`The MCP endpoint ${endpoint} is not connected: ${found.lastError ?? ''}`);
      return found;
    });
    commit(() => (this.#latest = findings));
  }

  /** Ends every session. */
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
      return { ...finding, connected: false, checkedAt: this.#now(), lastError: describeError(error) };
    }
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
