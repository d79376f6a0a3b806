import type { ReasoningTool } from '@daemonry/modules/reasoning_engine';

import { endModels, givenRunningModel, KEY } from './support/givenModel';
import { json, type Reply } from './support/givenReplies';
import { ANTHROPIC, type ModelWire, OPENAI } from './support/modelWires';

afterEach(endModels);

const HALF = '\ud83d';

const reader = (text: string, parts: Partial<ReasoningTool> = {}): ReasoningTool => ({
  name: 'reader',
  description: 'Reads.',
  inputSchema: { type: 'object' },
  call: async () => text,
  ...parts,
});

const asksToRead = (wire: ModelWire, input: unknown = {}): Reply =>
  wire.wants([{ id: 'call_1', name: 'reader', input }]);

const warningsOf = (app: { logs: readonly { level: string; message: string }[] }): readonly string[] =>
  app.logs
    .filter(({ level, message }) => level === 'warn' && message.startsWith('The model'))
    .map((line) => line.message);

describe.each<[string, ModelWire]>([
  ['Anthropic', ANTHROPIC],
  ['an OpenAI-compatible endpoint', OPENAI],
])('texts, sent to %s,', (_name, wire) => {
  it('hold no half of a character, wherever they come from', async () => {
    const inputSchema = { type: 'object', properties: { a: { type: 'string', description: `d ${HALF}` } } };
    const { ask, calls } = await givenRunningModel(wire, {
      tools: [reader(`x…${HALF}`, { description: `Reads ${HALF}.`, inputSchema })],
      replies: [asksToRead(wire), wire.says('done')],
    });

    await ask(`q ${HALF}`, { system: `s ${HALF}` });

    for (const { body } of calls) {
      expect(body).not.toMatch(/\\ud[89a-f]/i);
      expect(body).not.toMatch(/\p{Surrogate}/u);
    }
    expect(calls[1]?.body).toContain('q \ufffd');
    expect(calls[1]?.body).toContain('s \ufffd');
    expect(calls[1]?.body).toContain('x…\ufffd');
    expect(calls[1]?.body).toContain('d \ufffd');
  });

  it('keep their whole characters', async () => {
    const { ask, calls } = await givenRunningModel(wire, { replies: [wire.says('yes')] });

    await ask('wave 👋 to 汉字');

    expect(calls[0]?.body).toContain('wave 👋 to 汉字');
  });

  it('are well-formed when they come back, to people and to tools', async () => {
    const call = jest.fn(async () => 'read');
    const { ask } = await givenRunningModel(wire, {
      tools: [reader('', { call })],
      replies: [asksToRead(wire, { a: `in ${HALF}` }), wire.says(`out ${HALF}`)],
    });

    expect(await ask('go')).toMatchObject({ ok: true, text: 'out \ufffd' });
    expect(call).toHaveBeenCalledWith({ a: 'in \ufffd' }, expect.anything());
  });
});

describe('the answers of Anthropic', () => {
  const message = (content: unknown, stop_reason: string, more: object = {}): Reply =>
    json({ type: 'message', role: 'assistant', content, stop_reason, usage: { input_tokens: 10 }, ...more });
  const wanted = { type: 'tool_use', id: 'toolu_01', name: 'reader', input: {} };

  it('are given back without texts that are empty, which it does not take', async () => {
    const { ask, calls } = await givenRunningModel(ANTHROPIC, {
      tools: [reader('')],
      replies: [
        message([{ type: 'text', text: '' }, { type: 'text', text: ' \n' }, wanted], 'tool_use'),
        ANTHROPIC.says('done'),
      ],
    });

    expect(await ask('go')).toMatchObject({ ok: true, text: 'done' });

    expect((JSON.parse(calls[1]?.body ?? '') as { messages: unknown[] }).messages.slice(1)).toEqual([
      { role: 'assistant', content: [wanted] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_01', is_error: false }] },
    ]);
  });

  it.each<[string, Reply, object, string]>([
    [
      'a refusal with a category and its explanation',
      message([], 'refusal', {
        stop_details: { type: 'refusal', category: 'cyber', explanation: `It could harm ${KEY}.` },
      }),
      { code: 'model_refused', text: 'The model refused to answer: cyber: It could harm [redacted].' },
      'The model gave no answer: cyber: It could harm [redacted]',
    ],
    [
      'a refusal without details',
      message([], 'refusal', { stop_details: null }),
      { code: 'model_refused', text: 'The model refused to answer: it gave no reason.' },
      'The model gave no answer: it gave no reason',
    ],
    [
      'a refusal in the middle of an answer, of which nothing is to be used',
      message([{ type: 'text', text: 'First, you' }, wanted], 'refusal'),
      { code: 'model_refused' },
      'The model gave no answer: it gave no reason',
    ],
    [
      'a full context',
      message([], 'model_context_window_exceeded'),
      { code: 'context_full', text: 'The context of the model was full before it answered.' },
      'The model gave no answer: model_context_window_exceeded',
    ],
    [
      'no text',
      message([], 'end_turn'),
      { code: 'empty_answer', text: 'The model said nothing.' },
      'The model gave no answer: end_turn',
    ],
  ])('say in the answer and in the log what ended them: %s', async (_title, reply, expected, logged) => {
    const { app, ask } = await givenRunningModel(ANTHROPIC, { tools: [reader('')], replies: [reply] });

    expect(await ask('go')).toEqual({ ok: false, text: expect.any(String) as string, ...expected });
    expect(warningsOf(app)).toEqual([logged]);
  });

  it('are passed on, with a warning, as far as they go', async () => {
    const { app, ask } = await givenRunningModel(ANTHROPIC, {
      replies: [message([{ type: 'text', text: 'It began' }], 'model_context_window_exceeded')],
    });

    expect(await ask('go')).toMatchObject({ ok: true, text: 'It began' });
    expect(warningsOf(app)).toEqual(['The model gave only the beginning of an answer: model_context_window_exceeded']);
  });

  it('may come from servers that are not quite Anthropic', async () => {
    const call = jest.fn(async () => 'read');
    const { ask } = await givenRunningModel(ANTHROPIC, {
      tools: [reader('', { call })],
      replies: [message([{ ...wanted, input: '{"a":1}' }], 'end_turn'), message('A text.', 'end_turn')],
    });

    expect(await ask('go')).toMatchObject({ ok: true, text: 'A text.', toolCalls: 1 });
    expect(call).toHaveBeenCalledWith({ a: 1 }, expect.anything());
  });
});

describe('the answers of an OpenAI-compatible endpoint', () => {
  const completion = (message: object, finish_reason: unknown, more: object = {}): Reply =>
    json({ choices: [{ message: { role: 'assistant', ...message }, finish_reason, ...more }] });

  it.each<[string, Reply, object, string]>([
    [
      'the filter of the vendor',
      completion({ content: null }, 'content_filter'),
      { code: 'model_refused', text: 'The model refused to answer: content_filter, the filter of its vendor.' },
      'The model gave no answer: content_filter, the filter of its vendor',
    ],
    [
      'no text',
      completion({ content: '' }, 'insufficient_system_resource'),
      { code: 'empty_answer', text: 'The model said nothing.' },
      'The model gave no answer: insufficient_system_resource',
    ],
  ])('say in the answer and in the log what ended them: %s', async (_title, reply, expected, logged) => {
    const { app, ask } = await givenRunningModel(OPENAI, { replies: [reply] });

    expect(await ask('go')).toEqual({ ok: false, ...expected });
    expect(warningsOf(app)).toEqual([logged]);
  });

  it.each<[string, unknown]>([
    ['an object', { a: 1 }],
    ['a text', '{"a":1}'],
  ])('may have the arguments of a tool as %s; they are given back as a text', async (_title, input) => {
    const call = jest.fn(async () => 'read');
    const { ask, calls } = await givenRunningModel(OPENAI, {
      tools: [reader('', { call })],
      replies: [
        completion(
          {
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'reader', arguments: input } }],
          },
          'tool_calls',
        ),
        OPENAI.says('done'),
      ],
    });

    expect(await ask('go')).toMatchObject({ ok: true, text: 'done', toolCalls: 1 });
    expect(call).toHaveBeenCalledWith({ a: 1 }, expect.anything());
    expect((JSON.parse(calls[1]?.body ?? '') as { messages: unknown[] }).messages[2]).toMatchObject({
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'reader', arguments: '{"a":1}' } }],
    });
  });

  it.each<[string, object]>([
    ['no arguments', { name: 'reader' }],
    ['null as arguments', { name: 'reader', arguments: null }],
  ])('may have %s, and calls without an id', async (_title, called) => {
    const { ask, requests } = await givenRunningModel(OPENAI, {
      tools: [reader('read')],
      replies: [
        completion({ content: null, tool_calls: [{ type: 'function', function: called }] }, 'stop'),
        OPENAI.says('done'),
      ],
    });

    expect(await ask('go')).toMatchObject({ ok: true, toolCalls: 1 });
    expect(requests()[1]?.results).toEqual([{ id: 'call_0', text: 'read' }]);
  });

  it('may have their text in parts, in which a refusal can be', async () => {
    const { ask } = await givenRunningModel(OPENAI, {
      replies: [
        completion(
          {
            content: [
              { type: 'text', text: 'All ' },
              { type: 'text', text: 'is well.' },
            ],
          },
          'stop',
        ),
        completion({ content: [{ type: 'refusal', refusal: 'I will not.' }] }, 'stop'),
      ],
    });

    expect(await ask('how are you?')).toMatchObject({ ok: true, text: 'All is well.' });
    expect(await ask('do it')).toMatchObject({ ok: true, text: 'I will not.' });
  });

  it.each<[string, Reply, string]>([
    [
      'a tool without a name',
      completion({ content: null, tool_calls: [{ id: 'call_1', function: {} }] }, 'tool_calls'),
      'The model did not answer: the model asked for a tool without naming it.',
    ],
    [
      'an error in place of an answer',
      json({ error: { message: 'The model is loading.' } }),
      'The model did not answer: The model is loading.',
    ],
    [
      'an error in place of a choice',
      json({ choices: [{ error: { message: 'Upstream failed', code: 502 }, finish_reason: 'error' }] }),
      'The model did not answer: Upstream failed.',
    ],
  ])('fail with the reason for %s', async (_title, reply, text) => {
    const { ask } = await givenRunningModel(OPENAI, { replies: [reply] });

    expect(await ask('go')).toEqual({ ok: false, code: 'provider_failed', text });
  });
});
