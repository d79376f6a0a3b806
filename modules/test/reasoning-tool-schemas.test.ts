import type { ReasoningTool } from '@daemonry/modules/reasoning_engine';

import { endModels, givenRunningModel } from './support/givenModel';
import { ANTHROPIC, type ModelWire, OPENAI } from './support/modelWires';

afterEach(endModels);

const tool = (inputSchema: unknown, parts: Partial<ReasoningTool> = {}): ReasoningTool => ({
  name: 'weather',
  description: 'The weather of a city.',
  inputSchema: inputSchema as ReasoningTool['inputSchema'],
  call: async () => 'rain',
  ...parts,
});

interface SentTool {
  readonly name?: string;
  readonly input_schema?: object;
  readonly function?: { readonly name: string; readonly parameters: object };
}

const EMPTY = { type: 'object', properties: {} };

describe.each<[string, ModelWire]>([
  ['Anthropic', ANTHROPIC],
  ['an OpenAI-compatible endpoint', OPENAI],
])('the schema of a tool, sent to %s,', (_name, wire) => {
  /** The schemas that were sent by the names of their tools, and the warnings. */
  async function sent(tools: readonly ReasoningTool[]) {
    const { app, ask, calls } = await givenRunningModel(wire, { tools, replies: [wire.says('yes'), wire.says('yes')] });
    await ask('are you there?');
    await ask('still?');
    const { tools: offered } = JSON.parse(calls[1]?.body ?? '') as { tools: SentTool[] };
    const schemas = new Map(
      offered.map((each) => [each.name ?? each.function?.name, each.input_schema ?? each.function?.parameters]),
    );
    const warnings = app.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
    return { schemas, schema: schemas.get('weather'), warnings };
  }

  it.each<[string, unknown, object]>([
    ['without parameters has an empty list of them', { type: 'object' }, EMPTY],
    ['without a type is that of an object', {}, EMPTY],
    ['that also takes null is that of an object', { type: ['object', 'null'] }, EMPTY],
    [
      'has one object for alternatives at the top, which requires what all of them require',
      {
        type: 'object',
        properties: { id: { type: 'string' } },
        required: ['id'],
        anyOf: [
          { properties: { kind: { const: 'a' }, size: { type: 'number' } }, required: ['kind', 'size'] },
          { properties: { kind: { const: 'b' } }, required: ['kind'] },
        ],
      },
      {
        type: 'object',
        properties: {
          id: { type: 'string' },
          kind: { anyOf: [{ const: 'a' }, { const: 'b' }] },
          size: { type: 'number' },
        },
        required: ['id', 'kind'],
      },
    ],
    [
      'asks for no certain one of the fields of which one is needed',
      {
        type: 'object',
        properties: { title: { type: 'string' }, body: { type: 'string' } },
        oneOf: [{ required: ['title'] }, { required: ['body'] }],
        not: { required: ['title', 'body'] },
      },
      { type: 'object', properties: { title: { type: 'string' }, body: { type: 'string' } } },
    ],
    [
      'has one object for parts that all hold',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] },
        ],
      },
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] },
    ],
    [
      'has what a reference names in its place, also at the top',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        $ref: '#/$defs/Input',
        $defs: {
          Input: { type: 'object', properties: { home: { $ref: '#/$defs/a~1b', description: 'Where.' } } },
          'a/b': { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
      {
        type: 'object',
        properties: {
          home: {
            type: 'object',
            description: 'Where.',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      },
    ],
    [
      'ends references that have no end, and those into other documents, with anything',
      {
        type: 'object',
        properties: { tree: { $ref: '#/$defs/Node' }, far: { $ref: 'https://example.com/schema.json' } },
        $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
      },
      { type: 'object', properties: { tree: { type: 'object', properties: { next: {} } }, far: {} } },
    ],
    [
      'says of what a list is',
      {
        type: 'object',
        properties: {
          any: { type: 'array' },
          pair: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] },
          old: { type: 'array', items: [{ type: 'number' }, { type: 'number' }] },
          loose: { type: ['string', 'array'] },
        },
      },
      {
        type: 'object',
        properties: {
          any: { type: 'array', items: {} },
          pair: { type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'string' }] } },
          old: { type: 'array', items: { type: 'number' } },
          loose: { type: ['string', 'array'], items: {} },
        },
      },
    ],
    [
      'says which properties an object inside it has',
      { type: 'object', properties: { filter: { type: 'object' } } },
      { type: 'object', properties: { filter: { type: 'object', properties: {} } } },
    ],
    [
      'has no keyword whose value is not of its form',
      {
        type: 'object',
        properties: {
          age: { type: 'any', minimum: 0, exclusiveMinimum: true, required: true, nullable: true, format: null },
          name: { type: 'string', minLength: -1, pattern: '(', enum: [], 'x-order': 1, description: 7 },
          flag: true,
          never: false,
        },
        required: ['age', 'age', 5],
        patternProperties: { '^x-': {} },
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: { age: { minimum: 0 }, name: { type: 'string' }, flag: {} },
        required: ['age'],
        additionalProperties: false,
      },
    ],
    [
      'has each value of a list of choices once',
      { type: 'object', properties: { unit: { enum: ['C', 'F', 'C', null] } } },
      { type: 'object', properties: { unit: { enum: ['C', 'F', null] } } },
    ],
  ])('%s', async (_title, given, expected) => {
    const { schema, warnings } = await sent([tool(given)]);

    expect(schema).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it('is sent as it is when every provider takes it', async () => {
    const good = {
      type: 'object',
      description: 'A query.',
      properties: {
        'q.text': { type: 'string', minLength: 1, pattern: '^[a-z]+$', format: 'uri' },
        __proto__x: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
        tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, maxItems: 3, uniqueItems: true },
      },
      required: ['q.text'],
      additionalProperties: { type: 'number' },
    };

    expect((await sent([tool(good)])).schema).toEqual(good);
  });

  it.each<[string, unknown, RegExp]>([
    ['a property that no provider takes', { type: 'object', properties: { 'bad key!': {} } }, /property "bad key!"/],
    [
      'such a property further inside',
      { type: 'object', properties: { a: { items: { properties: { $filter: {} } } } } },
      /property "\$filter"/,
    ],
    ['such a property among the required', { required: ['über'] }, /property "über"/],
    [
      'such a property behind a reference',
      { $ref: '#/$defs/x', $defs: { x: { type: 'object', properties: { 'a b': {} } } } },
      /property "a b"/,
    ],
    ['a name that is too long', { type: 'object', properties: { ['x'.repeat(65)]: {} } }, /property "x+ \[…\]"/],
    ['a list at the top', { type: 'array', items: {} }, /is not that of an object/],
    [
      'references that multiply without an end',
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/l0' } },
        $defs: Object.fromEntries(
          Array.from({ length: 20 }, (_, n) => [
            `l${n}`,
            { properties: { a: { $ref: `#/$defs/l${n + 1}` }, b: { $ref: `#/$defs/l${n + 1}` } } },
          ]),
        ),
      },
      /has more than 500 parts/,
    ],
  ])('leaves its tool out, with one warning, and no other, for %s', async (_title, given, reason) => {
    const { schemas, warnings } = await sent([tool(given), tool({ type: 'object' }, { name: 'other' })]);

    expect([...schemas.keys()]).toEqual(['read_snapshot', 'list_alerts', 'other']);
    expect(warnings).toEqual([expect.stringMatching(reason)]);
  });

  it('is the one that the input of the model is checked against', async () => {
    const call = jest.fn(async () => 'rain');
    const schema = {
      type: 'object',
      properties: { at: { $ref: '#/$defs/Place' } },
      required: ['at'],
      $defs: { Place: { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false } },
    };
    const { ask, requests } = await givenRunningModel(wire, {
      tools: [tool(schema, { call })],
      replies: [
        wire.wants([
          { id: 'call_1', name: 'weather', input: { at: { city: 'Oslo' } } },
          { id: 'call_2', name: 'weather', input: { at: { cmd: 'rm' } } },
        ]),
        wire.says('Rain.'),
      ],
    });

    await ask('the weather?');

    expect(call).toHaveBeenCalledTimes(1);
    expect(requests()[1]?.results.map(({ text }) => text)).toEqual([
      'rain',
      'Refused, and nothing was done: the input.at.cmd may not be there.',
    ]);
  });

  it('stands beside no empty description', async () => {
    const { ask, calls } = await givenRunningModel(wire, {
      tools: [tool({ type: 'object' }, { description: '' })],
      replies: [wire.says('yes')],
    });

    await ask('are you there?');

    expect(calls[0]?.body).not.toContain('"description":""');
  });
});
