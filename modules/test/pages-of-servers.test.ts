import {
  type McpPrompt,
  McpContent,
  McpPrompts,
  type McpResource,
  McpResources,
  type McpTool,
  McpTools,
} from '@daemonry/modules/mcp';
import { webModule, WebRoutes } from '@daemonry/modules/web';
import type { FastifyInstance } from 'fastify';
import { ContainerModule, injectable } from 'inversify';

import { call } from './support/call';
import { endMcp, givenMcp, TOKEN } from './support/givenMcp';
import { post } from './support/givenOrders';
import { endWeb, givenRunningWeb } from './support/givenWeb';

interface Cancellation {
  readonly order: string;
}

const CANCELLATION = {
  type: 'object',
  required: ['order'],
  additionalProperties: false,
  properties: { order: { type: 'string', minLength: 1 } },
};

@injectable()
class OrderStore {
  readonly #orders = ['a', 'b'];

  list(): readonly string[] {
    return this.#orders;
  }
  open(signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted();
    return Promise.resolve(this.#orders);
  }
  asMarkdown(): string {
    return this.#orders.map((order) => `- ${order}`).join('\n');
  }
  cancel({ order }: Cancellation): { readonly cancelled: string } {
    return { cancelled: order };
  }
}

@injectable()
class Chart {
  png(): Promise<Buffer> {
    return Promise.resolve(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  }
}

// region mcp_tools
@injectable()
class OrderTools extends McpTools {
  constructor(private readonly orders: OrderStore) {
    super();
  }

  list(): readonly McpTool[] {
    return [
      {
        name: 'open_orders',
        description: 'The orders that are not delivered.',
        inputSchema: { type: 'object', properties: {}, additionalProperties: false },
        capability: 'read',
        call: (_input, { signal }) => this.orders.open(signal),
      },
    ];
  }
}
// endregion mcp_tools

@injectable()
class ChartTools extends McpTools {
  constructor(private readonly chart: Chart) {
    super();
  }

  list(): readonly McpTool[] {
    return [
      {
        name: 'chart',
        description: 'The orders of a week.',
        inputSchema: { type: 'object', properties: {}, additionalProperties: false },
        capability: 'read',
        // region mcp_content
        call: async () => new McpContent([{ type: 'image', data: await this.chart.png(), mimeType: 'image/png' }]),
        // endregion mcp_content
      },
    ];
  }
}

// region mcp_resources
@injectable()
class OrderResources extends McpResources {
  constructor(private readonly orders: OrderStore) {
    super();
  }

  list(): readonly McpResource[] {
    return [
      {
        uri: 'orders://today',
        name: 'Orders of today',
        mimeType: 'text/markdown',
        capability: 'read',
        read: () => this.orders.asMarkdown(),
      },
    ];
  }
}

@injectable()
class OrderPrompts extends McpPrompts {
  list(): readonly McpPrompt[] {
    return [
      {
        name: 'apology',
        arguments: [{ name: 'order', required: true }],
        capability: 'read',
        render: ({ order }) => `Write an apology for order ${order}.`,
      },
    ];
  }
}
// endregion mcp_resources

// region web
@injectable()
class OrderRoutes extends WebRoutes {
  constructor(private readonly orders: OrderStore) {
    super();
  }

  register(server: FastifyInstance): void {
    server.get('/api/orders', () => this.orders.list());
    server.post<{ Body: Cancellation }>('/api/orders/cancel', { schema: { body: CANCELLATION } }, ({ body }) =>
      this.orders.cancel(body),
    );
  }
}
// endregion web

const orders = new ContainerModule(({ bind }) => {
  for (const each of [OrderStore, Chart, OrderTools, ChartTools, OrderResources, OrderPrompts, OrderRoutes]) {
    bind<object>(each).toSelf();
  }
  bind(McpTools).toService(OrderTools);
  bind(McpTools).toService(ChartTools);
  bind(McpResources).toService(OrderResources);
  bind(McpPrompts).toService(OrderPrompts);
  bind(WebRoutes).toService(OrderRoutes);
});

afterEach(endMcp);
afterEach(endWeb);

describe('The examples of the pages of modules that serve', () => {
  it('give a client of MCP tools, a picture, a resource and a prompt', async () => {
    const { connect } = await givenMcp(undefined, [orders]);
    const client = await connect(TOKEN);

    expect(await client.callTool({ name: 'open_orders' })).toMatchObject({ content: [{ text: '["a","b"]' }] });
    expect(await client.callTool({ name: 'chart' })).toMatchObject({
      content: [{ type: 'image', data: 'iVBORw==', mimeType: 'image/png' }],
    });
    expect((await client.readResource({ uri: 'orders://today' })).contents).toMatchObject([{ text: '- a\n- b' }]);
    expect(await client.getPrompt({ name: 'apology', arguments: { order: '7' } })).toMatchObject({
      messages: [{ role: 'user', content: { type: 'text', text: 'Write an apology for order 7.' } }],
    });
  });

  it('answer over HTTP, and check what they are sent', async () => {
    const { url } = await givenRunningWeb({ modules: [webModule(), orders] });

    expect(await call(`${url}/api/orders`)).toMatchObject({ status: 200, body: ['a', 'b'] });
    expect(await post(`${url}/api/orders/cancel`, { order: 'a' })).toMatchObject({ body: { cancelled: 'a' } });
    expect(await post(`${url}/api/orders/cancel`, { order: 7 })).toMatchObject({ status: 400 });
  });
});
