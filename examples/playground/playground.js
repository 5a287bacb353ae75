// The package in a browser, as a bundler takes it in: its module is inlined.
import { CountersignError, dangerouslyDecode } from 'countersign';
import { hellojohn } from 'countersign/hellojohn';

const { apiUrl, tenantId, publishableKey, email, password } = await (await fetch('/setup.json')).json();
const hj = hellojohn({ apiUrl, tenantId, publishableKey });

const element = (selector) => document.querySelector(selector);
const signIn = element('#sign-in');
const verify = element('#verify');
const token = element('#token');

signIn.email.value = email;
signIn.password.value = password;

signIn.addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    const { status, session } = await hj.auth.signIn({ email: signIn.email.value, password: signIn.password.value });
    if (session === undefined) return say(element('#verdict'), 'refused', `Sign-in: ${status}`);
    token.value = session.accessToken;
    await judge();
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    say(element('#verdict'), 'refused', `Sign-in: ${error.message}`);
  }
});

verify.addEventListener('submit', (event) => {
  event.preventDefault();
  judge();
});

for (const button of document.querySelectorAll('[data-spoil]')) {
  button.addEventListener('click', () => {
    token.value = spoiled(token.value, button.dataset.spoil);
    judge();
  });
}

/** The token with one character of a part exchanged for another one. */
function spoiled(text, part) {
  const parts = text.trim().split('.');
  const index = part === 'payload' ? 1 : 2;
  const old = parts[index] ?? '';
  const at = Math.floor(old.length / 2);
  parts[index] = old.slice(0, at) + (old[at] === 'A' ? 'B' : 'A') + old.slice(at + 1);
  return parts.join('.');
}

/** Explains the token here and asks the Worker about the same one. */
async function judge() {
  const text = token.value.trim();
  if (text === '') return token.focus();
  // `explain` fetches nothing: the keys must be there before.
  await hj.verifier.preload().catch(() => {});
  const explanation = hj.verifier.explain(text);
  say(
    element('#verdict'),
    explanation.accepted ? 'accepted' : 'refused',
    explanation.accepted ? 'This page: accepted' : `This page: refused, ${explanation.code}`,
  );
  showChecks(explanation.checks);
  showClaims(text);
  await askWorker(text);
}

async function askWorker(text) {
  const response = await fetch('/worker/me', { headers: { authorization: `Bearer ${text}` } }).catch(() => undefined);
  const body = await response?.json().catch(() => undefined);
  if (response === undefined) return say(element('#worker'), 'refused', 'The Worker does not answer');
  const verdict = response.ok ? `accepted, ${body.email}` : `${response.status}, ${body?.code}`;
  say(element('#worker'), response.ok ? 'accepted' : 'refused', `The Worker: ${verdict}`);
}

function say(place, name, text) {
  place.className = name;
  place.textContent = text;
}

const WORDS = { passed: 'passed', failed: 'failed', notReached: 'not reached' };

function showChecks(checks) {
  const rows = checks.map(({ check, outcome, code, detail }) => {
    const row = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = check;
    row.append(name, cell(WORDS[outcome], outcome), cell([code, detail].filter(Boolean).join(': ')));
    return row;
  });
  element('#checks tbody').replaceChildren(...rows);
  element('#checks').hidden = false;
}

function cell(text, name = '') {
  const made = document.createElement('td');
  made.className = name;
  made.textContent = text;
  return made;
}

function showClaims(text) {
  const place = element('#claims');
  try {
    const { protectedHeader, payload } = dangerouslyDecode(text);
    element('#claims pre').textContent = JSON.stringify({ header: protectedHeader, payload }, null, 2);
    place.hidden = false;
  } catch {
    place.hidden = true;
  }
}
