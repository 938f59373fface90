/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reading the supervisor's board without holding it.  Each call reads what it
 * needs in one go, and nobody else runs meanwhile: no copy is torn.
 */
#include <stdbool.h>
#include <stddef.h>

#include <hr/hrBoard.h>
#include <reprise.h>

static const PmmName board_name = {"RAM", HR_BOARD_NAME};

static int board_read(size_t offset, void *to, size_t size)
{
    long got = pmmRead(&board_name, offset, to, size);

    if (got < 0)
        return (int)got;
    return (size_t)got == size ? K_OK : K_EFAIL;
}

int hrHistory(int group, HrHistory *history)
{
    HrHistoryCopy copies[2];

    if (group < 0 || group >= HR_GROUPS_MAX)
        return K_EINVAL;
    int error = board_read(offsetof(HrBoard, groups) +
                               (size_t)group * sizeof(copies),
                           copies, sizeof(copies));
    int newest = error == K_OK ? hr_board_newest(copies) : -1;

    *history = newest >= 0 ? copies[newest].history : (HrHistory){0};
    return error;
}

int hrPolicy(HrPolicy *policy)
{
    return board_read(offsetof(HrBoard, policy), policy, sizeof(*policy));
}

static bool crash_whole(const HrCrashCopy *copy)
{
    return copy->check == hr_board_check(&copy->sequence,
                                         sizeof(*copy) - sizeof(copy->check));
}

/* The n-th newest has the n-th highest number. */
int hrCrash(unsigned n, HrCrash *crash)
{
    HrCrashCopy copy;
    unsigned last = 0;

    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < HR_CRASHES; i++) {
            int error = board_read(offsetof(HrBoard, crashes) +
                                       i * sizeof(copy),
                                   &copy, sizeof(copy));

            if (error != K_OK)
                return error;
            if (!crash_whole(&copy))
                continue;
            if (pass == 0 && (last == 0 || (int)(copy.sequence - last) > 0))
                last = copy.sequence;
            if (pass == 1 && copy.sequence == last - n) {
                *crash = copy.crash;
                return K_OK;
            }
        }
    }
    return K_EUNKNOWN;
}
