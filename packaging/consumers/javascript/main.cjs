'use strict';

const daemonry = require('daemonry');
const inversify = require('inversify');

require('./prove.cjs')(daemonry, inversify);
