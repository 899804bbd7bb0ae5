// Fills forms with the engine of ODK Web Forms, question by question as a person would.
//
// Each line of standard input is a job, {"form": path, "answers": {name: text or list}, "out":
// path, "properties": {name: text}}; each line of standard output is its result,
// {"asked": [name], "refused": {name: why}} or {"error": text}. Files that the form names lie
// beside the form.

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { JSDOM } from 'jsdom';

// Only results go to standard output.
const result = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
for (const level of ['log', 'info', 'debug', 'warn']) console[level] = console.error;

// The engine is written for browsers. File, Blob and FormData stay Node's own: those of jsdom
// cannot be read by Node.
const KEPT = new Set(['File', 'Blob', 'FormData', 'FileReader', 'URL', 'URLSearchParams']);
const { window } = new JSDOM('<!doctype html>', { url: 'https://localhost/' });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis) && !KEPT.has(name) && /^[A-Z]/.test(name)) {
    globalThis[name] = window[name];
  }
}
globalThis.window ??= window;
globalThis.document ??= window.document;
globalThis.localStorage ??= window.localStorage;
// Parts of the engine were bundled from CommonJS.
globalThis.__filename = fileURLToPath(import.meta.url);
globalThis.__dirname = path.dirname(globalThis.__filename);
globalThis.require = createRequire(import.meta.url);
const { createInstance } = await import('@getodk/xforms-engine');

const QUESTIONS = new Set(['input', 'note', 'select', 'range', 'rank', 'trigger', 'upload']);

class Refusal extends Error {}

const one = (values) => {
  if (values.length > 1) throw new Refusal('type: one value, not a list');
  return values[0] ?? null;
};

const choose = (node, values) => {
  const known = new Set(node.currentState.valueOptions.map((option) => option.value));
  for (const value of values) {
    if (!known.has(value)) throw new Refusal(`choice: no choice ${value}`);
  }
  return values;
};

// The engine wants seconds; Collect and people leave them out.
const seconds = (node, text) =>
  /^(time|dateTime)$/.test(node.valueType) && /(^|T)\d\d:\d\d$/.test(text) ? `${text}:00` : text;

const typed = (node, text) => {
  if (text === null) return empty(node);
  const before = node.currentState.value;
  try {
    node.setValue(seconds(node, text));
  } catch (error) {
    console.error(error);
  }
  if (node.currentState.instanceValue !== '') return undefined;
  node.setValue(before);
  throw new Refusal(`type: cannot read ${text}`);
};

const answer = (node, given) => {
  const values = (Array.isArray(given) ? given : [given]).filter((value) => value !== '');
  switch (node.nodeType) {
    case 'select':
      if (node.selectType === 'select1') return node.selectValue(one(choose(node, values)));
      return node.selectValues(choose(node, values));
    case 'rank':
      return node.setValues(choose(node, values));
    case 'trigger':
      return node.setValue(one(values) !== null);
    case 'upload': {
      const name = one(values);
      return node.setValue(name === null ? null : new File(['x'], name));
    }
    default:
      return typed(node, one(values));
  }
};

const empty = (node) => {
  if (node.nodeType === 'select') return node.selectValues([]);
  if (node.nodeType === 'rank') return node.setValues([]);
  if (node.nodeType === 'trigger') return node.setValue(false);
  if (node.nodeType === 'input' && node.valueType === 'string') return node.setValue('');
  return node.setValue(null);
};

const segments = (node) => node.currentState.reference.replace(/\[\d+\]/g, '').split('/').slice(2);

// As in Collect: what cannot be read or breaks its constraint leaves no answer.
function ask(node, answers, asked, refused) {
  const below = segments(node);
  const name = below.at(-1);
  asked.push(name);
  if (node.nodeType === 'note' || node.currentState.readonly) return;
  const given = answers[below.join('/')] ?? answers[name];
  if (given !== undefined) {
    try {
      answer(node, given);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused[name] = error.message;
      return;
    }
  }
  const violation = node.validationState.violation;
  if (violation) {
    refused[name] = violation.condition;
    if (violation.condition === 'constraint') empty(node);
  }
}

function walk(node, answers, asked, refused) {
  for (const child of node.currentState.children ?? []) {
    if (!child.currentState.relevant) continue;
    if (QUESTIONS.has(child.nodeType)) ask(child, answers, asked, refused);
    else walk(child, answers, asked, refused);
  }
}

async function beside(folder, url) {
  const name = decodeURIComponent(url.pathname.split('/').at(-1));
  const types = { '.csv': 'text/csv', '.geojson': 'application/geo+json' };
  const type = types[path.extname(name)] ?? 'text/xml';
  try {
    return new Response(await readFile(path.join(folder, name)), {
      headers: { 'content-type': type },
    });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return new Response(null, { status: 404 });
  }
}

async function fill(job) {
  const { deviceid, username, email, phonenumber } = job.properties;
  const instance = await createInstance(await readFile(job.form, 'utf8'), {
    form: { fetchFormAttachment: (url) => beside(path.dirname(job.form), url) },
    instance: {
      instanceAttachments: { fileNameFactory: (meta) => meta.basename + (meta.extension ?? '') },
      preloadProperties: { deviceID: deviceid, username, email, phoneNumber: phonenumber },
    },
  });
  const asked = [];
  const refused = {};
  walk(instance.root, job.answers, asked, refused);
  const payload = await instance.root.prepareInstancePayload();
  for (const { reference, violation } of payload.violations ?? []) {
    refused[reference.split('/').at(-1)] ??= violation.condition;
  }
  const xml = payload.data[0].get('xml_submission_file');
  await writeFile(job.out, Buffer.from(await xml.arrayBuffer()));
  return { asked, refused };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  // One bad form must not end the process: it is reported and the next job taken.
  try {
    result(await fill(JSON.parse(line)));
  } catch (error) {
    console.error(error);
    result({ error: String(error) });
  }
}
