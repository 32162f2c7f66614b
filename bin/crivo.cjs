#!/usr/bin/env node
// ECMAScript 5 and CommonJS, which every Node reads, so that an old one can say what is wrong; newer syntax is in the file that is loaded last.
var version = process.versions.node.split('.').map(Number);

if (version[0] < 22 || (version[0] === 22 && version[1] < 12)) {
  var cure = 'install a newer one, or run it as "npm run crivo --".';
  console.error('Crivo needs Node.js 22.12 or newer and this is ' + process.versions.node + '; ' + cure);
  process.exitCode = 2;
} else {
  require('./open-built.cjs');
}
