import { checkInput } from '../reasoning_engine/checkInput';

describe('the input of a tool', () => {
  it.each<[string, unknown, unknown]>([
    ['anything, without a schema', undefined, { a: 1 }],
    ['anything, under the schema true', true, 'x'],
    ['one of several types', { type: ['string', 'null'] }, null],
    ['a whole number', { type: 'integer', minimum: 1, maximum: 3 }, 3],
    ['a boolean', { type: 'boolean' }, false],
    ['one of the values', { enum: ['a', { b: 1 }] }, { b: 1 }],
    ['the one value', { const: 7 }, 7],
    ['characters, not code units', { type: 'string', minLength: 1, maxLength: 1 }, '🙂'],
    ['items that fit', { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 2 }, [1, 2.5]],
    ['an optional field that is missing', { type: 'object', properties: { a: { type: 'string' } } }, {}],
    ['other fields, unless they are forbidden', { type: 'object', properties: {} }, { b: 1 }],
    ['other fields that fit', { type: 'object', additionalProperties: { type: 'number' } }, { b: 1 }],
    ['limits of other types', { minLength: 5, minimum: 5, minItems: 5, required: ['a'], items: false }, true],
    ['keywords that are not checked', { pattern: '^(a+)+$', $ref: '#/x' }, 'b'],
  ])('may be %s', (_what, schema, value) => {
    expect(checkInput(schema, value)).toBeUndefined();
  });

  it.each<[string, unknown, unknown, string]>([
    ['the schema false', false, 1, 'the input may not be there'],
    ['another type', { type: 'object' }, [], 'the input is not of the type object'],
    ['none of several types', { type: ['string', 'null'] }, 1, 'the input is not of the type string or null'],
    ['a type that nobody knows', { type: 'date' }, 'today', 'the input is not of the type date'],
    ['a fraction', { type: 'integer' }, 1.5, 'the input is not of the type integer'],
    ['another value', { enum: ['a', 'b'] }, 'c', 'the input is none of the values that it can have'],
    ['not the one value', { const: 7 }, '7', 'the input is not the one value that it can have'],
    ['too short', { minLength: 2 }, 'a', 'the input is too short'],
    ['too long', { maxLength: 2 }, 'abc', 'the input is too long'],
    ['too small', { minimum: 0 }, -1, 'the input is too small'],
    ['too large', { maximum: 0 }, 1, 'the input is too large'],
    ['too few items', { minItems: 1 }, [], 'the input has too few items'],
    ['too many items', { maxItems: 0 }, [1], 'the input has too many items'],
    ['a wrong item', { items: { type: 'string' } }, ['a', 1], 'the input[1] is not of the type string'],
    ['a missing field', { required: ['a'] }, { b: 1 }, 'the input has no a'],
    ['a field that is only inherited', { required: ['constructor'] }, {}, 'the input has no constructor'],
    [
      'a wrong field, far inside',
      { properties: { a: { properties: { b: { type: 'string' } } } } },
      { a: { b: 1 } },
      'the input.a.b is not of the type string',
    ],
    [
      'a field too many',
      { properties: { a: {} }, additionalProperties: false },
      { a: 1, b: 1 },
      'the input.b may not be there',
    ],
    [
      'the prototype of everything',
      { additionalProperties: false },
      JSON.parse('{"__proto__": {}}'),
      'the input.__proto__ may not be there',
    ],
  ])('may not be %s', (_what, schema, value, problem) => {
    expect(checkInput(schema, value)).toBe(problem);
  });
});
