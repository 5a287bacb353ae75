/** Why a cell cannot run on this machine: printed in its row, and a failure in continuous integration. */
export class Absent extends Error {}
