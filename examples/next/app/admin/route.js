import { protect } from 'countersign/next';
import { verifier } from '../../lib/auth.js';

const admins = protect(verifier, { roles: ['admin'] });

export const GET = admins((request) => Response.json({ welcome: request.auth.payload.sub }));
