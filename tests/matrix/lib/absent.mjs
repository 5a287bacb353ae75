/** Why a cell cannot run on this machine: printed in its row, and a failure where `MATRIX_COMPLETE` is set. */
export class Absent extends Error {}
