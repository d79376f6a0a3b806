import type { ReasoningTool } from '@daemonry/modules/reasoning_engine';

import { endModels, givenRunningModel, KEY } from './support/givenModel';
import { json } from './support/givenReplies';
import { ANTHROPIC, OPENAI } from './support/modelWires';

afterEach(endModels);

const BROKEN: ReasoningTool = {
  name: 'broken',
  description: 'Fails.',
  inputSchema: { type: 'object' },
  call: () => Promise.reject(new Error('no such host')),
};

const bodies = (calls: readonly { body: string }[]): unknown[] => calls.map(({ body }) => JSON.parse(body) as unknown);

describe('what the reasoning engine sends to Anthropic', () => {
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'EqQBCgIYAhIM' };
  const wanted = { type: 'tool_use', id: 'toolu_01', name: 'broken', input: {} };

  it('is what the Messages API takes, the blocks of the model given back as they came', async () => {
    const { ask, calls } = await givenRunningModel(ANTHROPIC, {
      tools: [BROKEN],
      replies: [
        json({ type: 'message', role: 'assistant', content: [thinking, wanted], stop_reason: 'tool_use', usage: {} }),
        ANTHROPIC.says('It is broken.'),
      ],
      models: { maxTokens: 99 },
    });

    await ask('is it?');

    expect(calls[0]).toMatchObject({
      path: '/v1/messages',
      headers: { 'content-type': 'application/json', 'anthropic-version': expect.any(String) as string },
    });
    expect(bodies(calls)).toMatchObject([
      {
        model: 'small-1',
        max_tokens: 99,
        messages: [{ role: 'user', content: 'is it?' }],
        tools: [{}, {}, { name: 'broken', description: 'Fails.', input_schema: { type: 'object' } }],
      },
      {
        messages: [
          { role: 'user', content: 'is it?' },
          { role: 'assistant', content: [thinking, wanted] },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_01',
                content: 'The tool failed. Error: no such host',
                is_error: true,
              },
            ],
          },
        ],
      },
    ]);
  });

  it.each([
    ['a text', '{"a":1}', { a: 1 }],
    ['a text that is no JSON', '{"a":', {}],
    ['null', null, {}],
    ['a list', [1], {}],
  ])('is a call of a tool with an object as its input, also where the model gave %s', async (_what, input, sent) => {
    const { ask, calls } = await givenRunningModel(ANTHROPIC, {
      tools: [BROKEN],
      replies: [
        json({ type: 'message', role: 'assistant', content: [{ ...wanted, input }], stop_reason: 'tool_use' }),
        ANTHROPIC.says('It is broken.'),
      ],
    });

    await ask('is it?');

    expect(bodies(calls)[1]).toMatchObject({
      messages: [{}, { content: [{ type: 'tool_use', input: sent }] }, { content: [{ tool_use_id: 'toolu_01' }] }],
    });
  });

  it('calls no tool of an answer that was cut in the middle of asking for it', async () => {
    const { ask, audited } = await givenRunningModel(ANTHROPIC, {
      tools: [BROKEN],
      replies: [json({ type: 'message', role: 'assistant', content: [wanted], stop_reason: 'max_tokens' })],
    });

    expect(await ask('is it?')).toMatchObject({ ok: false, code: 'empty_answer' });
    expect(await audited()).toEqual([]);
  });
});

describe('what the reasoning engine sends to an OpenAI-compatible endpoint', () => {
  const wanted = { id: 'call_1', type: 'function', function: { name: 'broken', arguments: '' } };

  it('is what the Chat Completions API takes', async () => {
    const { ask, calls } = await givenRunningModel(OPENAI, {
      tools: [BROKEN],
      replies: [
        // As servers do that are not quite OpenAI: no `usage`, another reason for the end, empty arguments.
        json({
          choices: [{ message: { role: 'assistant', content: '', tool_calls: [wanted] }, finish_reason: 'stop' }],
        }),
        OPENAI.says('It is broken.'),
      ],
      models: { maxTokens: 99 },
    });

    expect(await ask('is it?')).toMatchObject({ ok: true, text: 'It is broken.', toolCalls: 1 });

    expect(calls[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    });
    expect(calls[0]?.headers).not.toHaveProperty('openai-organization');
    expect(bodies(calls)).toMatchObject([
      {
        model: 'small-1',
        max_completion_tokens: 99,
        messages: [{ role: 'system' }, { role: 'user', content: 'is it?' }],
        tools: [
          {},
          {},
          { type: 'function', function: { name: 'broken', description: 'Fails.', parameters: { type: 'object' } } },
        ],
      },
      {
        messages: [
          { role: 'system' },
          { role: 'user' },
          { role: 'assistant', content: '', tool_calls: [wanted] },
          { role: 'tool', tool_call_id: 'call_1', content: 'The tool failed. Error: no such host' },
        ],
      },
    ]);
  });

  it('names the limit of an answer as the endpoint wants it', async () => {
    const { ask, calls } = await givenRunningModel(OPENAI, {
      replies: [OPENAI.says('Yes.')],
      models: { limitField: 'max_tokens', maxTokens: 99 },
    });

    await ask('are you there?');

    expect(bodies(calls)[0]).toMatchObject({ max_tokens: 99 });
    expect(bodies(calls)[0]).not.toHaveProperty('max_completion_tokens');
  });

  it('passes a refusal of the model on', async () => {
    const { ask } = await givenRunningModel(OPENAI, {
      replies: [
        json({
          choices: [{ message: { role: 'assistant', content: null, refusal: 'I will not.' }, finish_reason: 'stop' }],
        }),
      ],
    });

    expect(await ask('do it')).toMatchObject({ ok: true, text: 'I will not.' });
  });

  it('refuses arguments that are no JSON', async () => {
    const { ask, requests } = await givenRunningModel(OPENAI, {
      tools: [BROKEN],
      replies: [OPENAI.wants([{ id: 'call_1', name: 'broken', input: '{"a":' }]), OPENAI.says('Sorry.')],
    });

    await ask('do it');

    expect(requests()[1]?.results).toEqual([
      { id: 'call_1', text: 'Refused, and nothing was done: the input is no JSON object.' },
    ]);
  });
});
