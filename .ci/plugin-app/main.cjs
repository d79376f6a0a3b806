'use strict';

const daemonry = require('daemonry');

require('./prove.cjs')(daemonry, __dirname);
