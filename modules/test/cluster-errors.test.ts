import { inspect } from 'node:util';

import { ClusterConnectionError } from '../cluster/errors';

const ADDRESS = { server: '127.0.0.1:6379', user: 'orders', usesTls: false, setting: 'cluster.redis.url' };

describe('The error of a store that refuses the connection', () => {
  it('has the text and the code of what the client said, and not the command with the password', () => {
    const said = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
      code: 'WRONGPASS',
      command: { name: 'auth', args: ['orders', 'open-sesame'] },
    });

    const error = new ClusterConnectionError('Redis', ADDRESS, said);

    expect(error.message).toContain('WRONGPASS invalid username-password pair');
    expect(error.cause).toMatchObject({ message: said.message, code: 'WRONGPASS' });
    expect(inspect(error, { depth: 10 })).not.toContain('open-sesame');
  });
});
