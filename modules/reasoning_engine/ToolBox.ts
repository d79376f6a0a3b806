import { ListenerLogger } from 'daemonry';
import { injectable, multiInject } from 'inversify';

import { cutText } from '../shared/text';
import { isObject } from '../shared/fields';
import { ReasoningEngineSettings } from './ReasoningEngineSettings';
import { type JsonSchema, type ReasoningTool, ReasoningTools } from './ReasoningTools';
import { TimeLimit } from './TimeLimit';
import { type FittedSchema, fitSchema } from './toolSchema';

const MAX_TOOLS = 64;
const MAX_DESCRIPTION = 1_000;
const MAX_SCHEMA = 4_000;
/** Names of tools that every provider accepts. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const TOO_LONG = { defect: `its inputSchema is longer than ${MAX_SCHEMA} characters` };

/** Collects the tools that a model may ask for. */
@injectable()
export class ToolBox {
  readonly #toldOf = new Set<string>();

  constructor(
    @multiInject(ReasoningTools) private readonly sources: readonly ReasoningTools[],
    private readonly settings: ReasoningEngineSettings,
    private readonly limit: TimeLimit,
    private readonly log: ListenerLogger,
  ) {}

  /**
   * The tools of all sources, by name. A source that fails or hangs has none, and a tool that cannot be offered is left out.
   * Both are logged, the second once per tool.
   *
   * @throws the signal's reason
   */
  async open(signal: AbortSignal): Promise<ReadonlyMap<string, ReasoningTool>> {
    const lists = await Promise.all(this.sources.map((source) => this.#listOf(source, signal)));
    signal.throwIfAborted();
    const tools = new Map<string, ReasoningTool>();
    for (const tool of lists.flat()) {
      const fitted = fit(tool, tools);
      if ('defect' in fitted) this.#leaveOut(tool, fitted.defect);
      else tools.set(tool.name, offered(tool, fitted.schema));
    }
    return tools;
  }

  async #listOf(source: ReasoningTools, signal: AbortSignal): Promise<readonly ReasoningTool[]> {
    try {
      return await this.limit.within(this.settings.toolTimeout, signal, async (inner) =>
        source.list({ signal: inner }),
      );
    } catch (error) {
      if (!signal.aborted) this.log.warn(`The tools of ${source.constructor.name} are left out`, { error });
      return [];
    }
  }

  #leaveOut(tool: ReasoningTool, defect: string): void {
    const name = isObject(tool) ? cutText(String(tool.name), 100) : 'undefined';
    if (this.#toldOf.has(name)) return;
    this.#toldOf.add(name);
    this.log.warn(`The tool ${JSON.stringify(name)} is left out: ${defect}`);
  }
}

/** Copies a tool, so that its source cannot change it during a question. */
const offered = (tool: ReasoningTool, inputSchema: JsonSchema): ReasoningTool => ({
  name: tool.name,
  description: cutText(tool.description, MAX_DESCRIPTION),
  inputSchema,
  call: (input, context) => tool.call(input, context),
});

/** The schema with which a tool is offered, or why it cannot be. Tools may come from other programs, so everything is checked. */
function fit(tool: ReasoningTool, others: ReadonlyMap<string, ReasoningTool>): FittedSchema {
  if (!isObject(tool)) return { defect: 'it is no object' };
  const { name, description, inputSchema, call } = tool as Partial<ReasoningTool>;
  if (typeof name !== 'string' || !NAME.test(name))
    return { defect: 'its name is not made of 1 to 64 letters, digits, _ and -' };
  if (others.has(name)) return { defect: 'another tool has its name' };
  if (others.size >= MAX_TOOLS) return { defect: `there are ${MAX_TOOLS} others` };
  if (typeof description !== 'string' || typeof call !== 'function')
    return { defect: 'it has no description, or cannot be called' };
  if (!isObject(inputSchema)) return { defect: 'its inputSchema is not that of an object' };
  if (sizeOf(inputSchema) > MAX_SCHEMA) return TOO_LONG;
  const fitted = fitSchema(inputSchema);
  return 'schema' in fitted && sizeOf(fitted.schema) > MAX_SCHEMA ? TOO_LONG : fitted;
}

function sizeOf(schema: object): number {
  try {
    return JSON.stringify(schema).length;
  } catch {
    return Number.POSITIVE_INFINITY; // it cannot be sent anyway
  }
}
