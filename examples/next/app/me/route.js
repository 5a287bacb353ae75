import { protect } from 'countersign/next';
import { verifier } from '../../lib/auth.js';

export const GET = protect(verifier)((request) => Response.json({ sub: request.auth.payload.sub }));
