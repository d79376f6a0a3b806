import { emailInboundImapModule } from '@daemonry/modules/email_inbound_imap';
import { purelymailClientModule } from '@daemonry/modules/purelymail_client';
import { createTestApplication } from 'daemonry/testing';

const mockMissing = (name: string): never => {
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
};
jest.mock('nodemailer', () => mockMissing('nodemailer'));
jest.mock('imapflow', () => mockMissing('imapflow'));

const CREDENTIALS = { user: 'agent', appPassword: 'swordfish' };

const givenListeners = async (settings: Record<string, unknown>) => {
  const app = await createTestApplication({
    modules: [purelymailClientModule(), emailInboundImapModule()],
    config: { values: { purelymail: settings, email_inbound_imap: settings } },
  });
  await app.start();
  return app.status().listeners;
};

describe('The mail modules without their libraries', () => {
  it('are disabled as ever where no credentials are configured', async () => {
    expect(await givenListeners({})).toMatchObject([{ state: 'disabled' }, { state: 'disabled' }]);
  });

  it('fail their startups with credentials, naming the package and how to install it', async () => {
    const failure = (command: string) => ({
      state: 'startup_failed',
      error: { code: 'PACKAGE_MISSING', message: expect.stringContaining(command) as string },
    });

    expect(await givenListeners(CREDENTIALS)).toMatchObject([
      failure('npm install nodemailer@10'),
      failure('npm install imapflow@2'),
    ]);
  });
});
