import type { CallToolRequest, CallToolResult, ListToolsResult } from '@modelcontextprotocol/sdk/types.js';
import { limited, ListenerLogger } from 'daemonry';
import { injectable, multiInject } from 'inversify';

import { McpContent, toBlock } from './content';
import type { ServerLibrary } from './loadServer';
import { byName, type McpCall, McpCalls, permits, quoted, sendable } from './McpCalls';
import { type McpTool, type McpToolContext, McpTools } from './McpTools';

type Check = (input: unknown) => string | undefined;

interface CheckedTool {
  readonly tool: McpTool;
  readonly check: Check;
}

/** Lists and calls the tools: those that a caller may not call are neither listed for it nor called. */
@injectable()
export class ToolCalls {
  #tools: ReadonlyMap<string, CheckedTool> = new Map();

  constructor(
    private readonly calls: McpCalls,
    private readonly log: ListenerLogger,
    @multiInject(McpTools) private readonly sources: readonly McpTools[],
  ) {}

  /** Collects the tools. @throws DuplicateToolError */
  prepare(library: ServerLibrary): void {
    const validation = new library.AjvJsonSchemaValidator();
    const checked = this.sources
      .flatMap((source) => source.list())
      .map((tool): CheckedTool => {
        const validate = validation.getValidator(tool.inputSchema);
        return { tool, check: (input) => validate(input).errorMessage };
      });
    this.#tools = byName('tool', checked, ({ tool }) => tool.name);
  }

  /** The tools that this caller may call. */
  list({ caller }: Pick<McpCall, 'caller'>): ListToolsResult {
    const allowed = [...this.#tools.values()].filter(({ tool }) => permits(caller, tool.capability));
    return {
      tools: allowed.map(({ tool: { name, description, inputSchema } }) => ({ name, description, inputSchema })),
    };
  }

  /** Calls a tool. Resolves with its failure as well. @throws McpError when it is not called */
  async call(
    call: McpCall,
    { name, arguments: input = {} }: CallToolRequest['params'],
    progress: McpToolContext['progress'],
  ): Promise<CallToolResult> {
    const { McpError, ErrorCode } = call.library;
    const known = this.#tools.get(name);
    if (known === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${quoted(name)}.`);
    await this.calls.allow(call, name, known.tool.capability);
    const wrong = known.check(input);
    if (wrong !== undefined)
      throw new McpError(ErrorCode.InvalidParams, `The arguments of ${name} are wrong: ${wrong}`);
    try {
      const work = (context: object): unknown => known.tool.call(input, { ...context, progress } as McpToolContext);
      return sendable(toResult(await this.calls.within('The tool', call, work)));
    } catch (error) {
      this.log.warn(`The tool ${name} failed`, {
        caller: call.caller.name,
        error,
        ...limited(`mcp: tool ${name}`),
      });
      return { content: [{ type: 'text', text: this.calls.messageOf(error) }], isError: true };
    }
  }
}

function toResult(answer: unknown): CallToolResult {
  if (!(answer instanceof McpContent)) {
    const text = JSON.stringify(answer ?? null) as string | undefined;
    if (text === undefined) throw new TypeError('The answer is no JSON.');
    return { content: [{ type: 'text', text }] };
  }
  return { content: answer.blocks.map(toBlock), ...(answer.isError && { isError: true }) };
}
