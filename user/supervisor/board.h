/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The board: what is remembered of groups and failures, in the registry's
 * block, so that it outlives the supervisor and the site.  Its layout is
 * public (hr/hrBoard.h): the console reads it.
 */
#ifndef SUPERVISOR_BOARD_H
#define SUPERVISOR_BOARD_H

#include <hr/hrBoard.h>

#include "table.h"

/* Learns what the block at board says.  Damaged histories begin anew; those
 * of another life of the site have their clock set to this one's. */
void board_open(HrBoard *board, struct epoch epoch);

/* Shows the policy. */
void board_policy_write(HrBoard *board, const HrPolicy *policy);

/* The history of a group as it is known now. */
const HrHistory *board_history(int group);

/* Makes *history the group's history, by one last store. */
void board_history_write(HrBoard *board, int group, const HrHistory *history);

/* Writes down a crash, once however often it is told, over the oldest. */
void board_crash_note(HrBoard *board, const KnCrash *crash);

#endif
