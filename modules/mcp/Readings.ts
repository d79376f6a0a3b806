import type {
  GetPromptRequest,
  GetPromptResult,
  ListPromptsResult,
  ListResourcesResult,
  ReadResourceResult,
} from '@modelcontextprotocol/sdk/types.js';
import { limited, ListenerLogger } from 'daemonry';
import { injectable, multiInject, optional } from 'inversify';

import { toBlock, toContents } from './content';
import { byName, type McpCall, McpCalls, permits, quoted, sendable } from './McpCalls';
import { type McpPrompt, type McpPromptMessage, McpPrompts, type McpResource, McpResources } from './McpReadings';

/** The protocol's code for a resource that is not there. */
const NOT_FOUND = -32_002;

/** Lists and reads the resources and the prompts: those that a caller may not have are neither listed for it nor read. */
@injectable()
export class Readings {
  #resources: ReadonlyMap<string, McpResource> = new Map();
  #prompts: ReadonlyMap<string, McpPrompt> = new Map();

  constructor(
    private readonly calls: McpCalls,
    private readonly log: ListenerLogger,
    @multiInject(McpResources) @optional() private readonly resourceSources: readonly McpResources[] = [],
    @multiInject(McpPrompts) @optional() private readonly promptSources: readonly McpPrompts[] = [],
  ) {}

  /** Collects resources and prompts. @throws DuplicateToolError */
  prepare(): void {
    const resources = this.resourceSources.flatMap((source) => source.list());
    this.#resources = byName('resource', resources, ({ uri }) => uri);
    const prompts = this.promptSources.flatMap((source) => source.list());
    this.#prompts = byName('prompt', prompts, ({ name }) => name);
  }

  /** The capabilities of the server beside tools: those of which there is anything. */
  get capabilities() {
    return {
      ...(this.#resources.size > 0 && { resources: {} }),
      ...(this.#prompts.size > 0 && { prompts: {} }),
    };
  }

  listResources({ caller }: McpCall): ListResourcesResult {
    const allowed = [...this.#resources.values()].filter(({ capability }) => permits(caller, capability));
    return {
      resources: allowed.map(({ uri, name, description, mimeType }) => ({ uri, name, description, mimeType })),
    };
  }

  listPrompts({ caller }: McpCall): ListPromptsResult {
    const allowed = [...this.#prompts.values()].filter(({ capability }) => permits(caller, capability));
    return {
      prompts: allowed.map(({ name, description, arguments: given = [] }) => ({
        name,
        description,
        arguments: given.map((argument) => ({ ...argument })),
      })),
    };
  }

  /** @throws McpError */
  async readResource(call: McpCall, uri: string): Promise<ReadResourceResult> {
    const resource = this.#resources.get(uri);
    if (resource === undefined) throw new call.library.McpError(NOT_FOUND, `There is no resource ${quoted(uri)}.`);
    await this.calls.allow(call, uri, resource.capability);
    return this.#run(call, `The resource ${uri}`, async () => {
      const content = await this.calls.within('The resource', call, resource.read);
      return { contents: [toContents(uri, content, resource.mimeType)] };
    });
  }

  /** @throws McpError */
  async getPrompt(
    call: McpCall,
    { name, arguments: values = {} }: GetPromptRequest['params'],
  ): Promise<GetPromptResult> {
    const { McpError, ErrorCode } = call.library;
    const prompt = this.#prompts.get(name);
    if (prompt === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no prompt ${quoted(name)}.`);
    await this.calls.allow(call, name, prompt.capability);
    const missing = (prompt.arguments ?? []).filter(
      ({ name: key, required }) => required && !Object.hasOwn(values, key),
    );
    if (missing.length > 0) {
      const names = missing.map(({ name: key }) => key).join(', ');
      throw new McpError(ErrorCode.InvalidParams, `The prompt ${name} needs arguments that are not there: ${names}`);
    }
    return this.#run(call, `The prompt ${name}`, async () => {
      const said = await this.calls.within('The prompt', call, (context) => prompt.render(values, context));
      const messages: readonly McpPromptMessage[] =
        typeof said === 'string' ? [{ role: 'user', content: { type: 'text', text: said } }] : said;
      return {
        description: prompt.description,
        messages: messages.map(({ role, content }) => ({ role, content: toBlock(content) })),
      };
    });
  }

  /** @throws McpError with the message of what went wrong, which is also logged */
  async #run<T>(call: McpCall, what: string, work: () => Promise<T>): Promise<T> {
    const { McpError, ErrorCode } = call.library;
    try {
      return sendable(await work());
    } catch (error) {
      this.log.warn(`${what} failed`, { caller: call.caller.name, error, ...limited(`mcp: ${what}`) });
      throw new McpError(ErrorCode.InternalError, this.calls.messageOf(error));
    }
  }
}
