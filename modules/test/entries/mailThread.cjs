'use strict';

// The thread of MailReader, from its source: it inherits the loader of the process.
require('../../email_inbound_imap/mailThread.ts');
