'use strict';

const { coldStart } = require('../../support/coldStart.cjs');

void coldStart(require('../boot/inversify.cjs'));
