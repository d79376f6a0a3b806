import 'reflect-metadata';

import {
  McpContent,
  mcpModule,
  type McpPrompt,
  McpPrompts,
  type McpResource,
  McpResources,
  type McpTool,
  McpTools,
} from '@daemonry/modules/mcp';
import { WebServer, webModule } from '@daemonry/modules/web';
import { createApplication, Listener } from 'daemonry';
import { ContainerModule, injectable } from 'inversify';

/** A red dot, and a moment of silence. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);
const WAV = Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=', 'base64');

const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const;
const words = (text: string) => ({ type: 'text', text }) as const;

const tool = (name: string, description: string, call: McpTool['call'], inputSchema: object = {}): McpTool => ({
  name,
  description,
  inputSchema: { type: 'object', ...inputSchema },
  capability: 'read',
  call,
});

/** The tools that the suite calls. */
@injectable()
class SuiteTools extends McpTools {
  list(): readonly McpTool[] {
    return [
      tool('test_simple_text', 'A text.', () => new McpContent([words('This is a simple text response for testing.')])),
      tool('test_image_content', 'An image.', () => new McpContent([image])),
      tool(
        'test_audio_content',
        'A sound.',
        () => new McpContent([{ type: 'audio', data: WAV, mimeType: 'audio/wav' }]),
      ),
      tool('test_embedded_resource', 'A file.', () => new McpContent([EMBEDDED])),
      tool(
        'test_multiple_content_types',
        'A text, an image and a file.',
        () => new McpContent([words('Multiple content types test:'), image, MIXED]),
      ),
      tool('test_error_handling', 'Fails.', () => {
        throw new Error('This tool intentionally returns an error for testing');
      }),
      tool('test_tool_with_progress', 'Says how far it is.', (_input, { progress }) => {
        for (const done of [0, 50, 100]) progress(done, 100);
        return 'done';
      }),
      tool('json_schema_2020_12_tool', 'Has a schema of 2020-12.', () => 'ok', {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $defs: {
          address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
        },
        properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
        additionalProperties: false,
      }),
    ];
  }
}

const EMBEDDED = {
  type: 'resource',
  uri: 'test://embedded-resource',
  mimeType: 'text/plain',
  content: 'This is an embedded resource content.',
} as const;

const MIXED = {
  type: 'resource',
  uri: 'test://mixed-content-resource',
  mimeType: 'application/json',
  content: '{"test":"data","value":123}',
} as const;

/** The resources that the suite reads. */
@injectable()
class SuiteResources extends McpResources {
  list(): readonly McpResource[] {
    return [
      {
        uri: 'test://static-text',
        name: 'Text',
        description: 'A text.',
        mimeType: 'text/plain',
        capability: 'read',
        read: () => 'This is the content of the static text resource.',
      },
      {
        uri: 'test://static-binary',
        name: 'Image',
        description: 'A red dot.',
        mimeType: 'image/png',
        capability: 'read',
        read: () => PNG,
      },
    ];
  }
}

/** The prompts that the suite gets. */
@injectable()
class SuitePrompts extends McpPrompts {
  list(): readonly McpPrompt[] {
    const read = { description: 'A prompt.', capability: 'read' } as const;
    return [
      { ...read, name: 'test_simple_prompt', render: () => 'This is a simple prompt for testing.' },
      {
        ...read,
        name: 'test_prompt_with_arguments',
        arguments: [
          { name: 'arg1', description: 'The first.', required: true },
          { name: 'arg2', description: 'The second.', required: true },
        ],
        render: ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1 ?? ''}', arg2='${arg2 ?? ''}'`,
      },
      {
        ...read,
        name: 'test_prompt_with_embedded_resource',
        arguments: [{ name: 'resourceUri', description: 'Its address.', required: true }],
        render: ({ resourceUri: uri = '' }) => [
          {
            role: 'user',
            content: {
              type: 'resource',
              uri,
              mimeType: 'text/plain',
              content: 'Embedded resource content for testing.',
            },
          },
          { role: 'user', content: words('Please process the embedded resource above.') },
        ],
      },
      {
        ...read,
        name: 'test_prompt_with_image',
        render: () => [
          { role: 'user', content: image },
          { role: 'user', content: words('Please analyze the image above.') },
        ],
      },
    ];
  }
}

/** Prints where the server listens. */
@Listener({ name: 'announcer' })
class Announcer {
  constructor(private readonly web: WebServer) {}

  startup(): void {
    console.log(`listening on ${this.web.address?.url ?? ''}`);
  }
}

/** Everything that the public conformance suite asks of a server, as far as the module `mcp` has it. */
async function main(directory = '', bearerToken = ''): Promise<void> {
  const suite = new ContainerModule(({ bind }) => {
    bind(McpTools).to(SuiteTools);
    bind(McpResources).to(SuiteResources);
    bind(McpPrompts).to(SuitePrompts);
  });
  const app = await createApplication({
    name: 'conformance',
    listeners: [Announcer],
    modules: [webModule(), mcpModule(), suite],
    config: {
      directory: false,
      env: false,
      values: { web: { port: 0 }, mcp: { bearerToken }, state: { directory } },
    },
  });
  await app.run();
}

void main(process.argv[2], process.argv[3]);
