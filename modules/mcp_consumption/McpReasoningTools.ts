import { createHash } from 'node:crypto';

import { Clock, ListenerLogger, withDeadline, describeError } from 'daemonry';
import { injectable } from 'inversify';

import { type ReasoningTool, type ReasoningToolContext, ReasoningTools } from '../reasoning_engine/ReasoningTools';
import { McpConsumptionSettings } from './McpConsumptionSettings';
import { McpPool } from './McpPool';

const LONGEST_NAME = 64;
const DIGEST_LENGTH = 8;

/** Offers the allowed tools of the MCP servers to the reasoning engine, as `<endpoint>__<tool>`. */
@injectable()
export class McpReasoningTools extends ReasoningTools {
  constructor(
    private readonly pool: McpPool,
    private readonly settings: McpConsumptionSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {
    super();
  }

  /** Lists the tools. Leaves out those of endpoints that cannot be reached or do not answer within `listTimeout`. */
  async list({ signal }: ReasoningToolContext): Promise<readonly ReasoningTool[]> {
    const lists = await Promise.all(this.pool.endpoints.map((endpoint) => this.#of(endpoint, signal)));
    return lists.flat();
  }

  async #of(endpoint: string, outer: AbortSignal): Promise<readonly ReasoningTool[]> {
    const { listTimeout } = this.settings;
    const expired = (): Error => new Error(`No answer within ${String(listTimeout)}.`);
    try {
      const list = (signal: AbortSignal) => this.pool.listTools(endpoint, signal);
      const tools = await withDeadline(listTimeout, list, { clock: this.clock, signal: outer, expired });
      return tools
        .filter(({ allowed }) => allowed)
        .map(({ name: tool, description, inputSchema }) => ({
          name: offeredName(endpoint, tool),
          description,
          inputSchema,
          call: async (input, { signal }) => {
            const { text, isError } = await this.pool.callTool({
              endpoint,
              tool,
              input,
              caller: 'reasoning_engine',
              signal,
            });
            return isError ? `The tool failed: ${text}` : text;
          },
        }));
    } catch (error) {
      outer.throwIfAborted();
      this.log.warn(`The tools of the MCP endpoint ${endpoint} are left out: ${describeError(error)}`);
      return [];
    }
  }
}

/** The name for the model, which takes no dots and 64 characters: the end of a longer one gives way to its digest. */
function offeredName(endpoint: string, tool: string): string {
  const name = `${endpoint}__${tool.replaceAll('.', '_')}`;
  if (name.length <= LONGEST_NAME) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name.slice(0, LONGEST_NAME - DIGEST_LENGTH - 1)}_${digest}`;
}
