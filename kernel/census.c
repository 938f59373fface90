/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Ids go up by one, so those of the actors that are there lie in different
 * rows of the table, as long as there are no more of them than rows; the
 * actors of one row are chained.  A new life moves its actor to another row.
 */
#include "kernel/census.h"

#include "kernel/assert.h"
#include "kernel/config.h"
#include "kernel/string.h"

static struct {
    struct link all; /* in order of creation */
    unsigned actors, members;
    struct {
        struct link members; /* in order of creation */
        struct avl children; /* by their base names */
        unsigned child_count;
    } groups[HR_GROUPS_MAX];
    struct actor *by_aid[ACTORS_MAX];
    int next_aid;
} census;

#define IN_ALL(link) LIST_ENTRY(link, struct actor, in_all)
#define IN_GROUP(link) LIST_ENTRY(link, struct actor, in_group)
#define BY_BASE(node) AVL_ENTRY(node, struct actor, by_base)

void census_init(void)
{
    list_init(&census.all);
    census.next_aid = 1;
    for (int group = 0; group < HR_GROUPS_MAX; group++)
        list_init(&census.groups[group].members);
}

/* ---- Ids ----------------------------------------------------------------- */

static struct actor **row_of(int aid)
{
    return &census.by_aid[(unsigned)aid % ACTORS_MAX];
}

static void aid_give(struct actor *actor)
{
    struct actor **row;

    actor->aid = census.next_aid++;
    ASSERT(census.next_aid > 0);
    row = row_of(actor->aid);
    actor->next_by_aid = *row;
    *row = actor;
}

static void aid_take(struct actor *actor)
{
    struct actor **at = row_of(actor->aid);

    while (*at != actor) {
        ASSERT(*at != NULL);
        at = &(*at)->next_by_aid;
    }
    *at = actor->next_by_aid;
}

void census_renew(struct actor *actor)
{
    aid_take(actor);
    aid_give(actor);
}

struct actor *actor_find(int aid)
{
    struct actor *actor = *row_of(aid);

    while (actor != NULL && actor->aid != aid)
        actor = actor->next_by_aid;
    return actor;
}

/* ---- Children ------------------------------------------------------------ */

static bool is_child(const struct actor *actor)
{
    return (actor->spawn.flags & K_SPAWN_INDIRECT) != 0;
}

static int base_order(const char *base, struct avl_node *node)
{
    const KnActorSpawn *spawn = &BY_BASE(node)->spawn;

    return strncmp(base, spawn->base, sizeof(spawn->base));
}

static void child_enter(struct actor *actor)
{
    int group = actor->spawn.group;
    struct avl *tree = &census.groups[group].children;
    struct avl_node *parent = NULL, *at = tree->root;
    unsigned side = 0;

    while (at != NULL) {
        parent = at;
        side = base_order(actor->spawn.base, at) > 0;
        at = at->child[side];
    }
    avl_insert(tree, parent, side, &actor->by_base);
    census.groups[group].child_count++;
}

static void child_leave(struct actor *actor)
{
    int group = actor->spawn.group;

    avl_remove(&census.groups[group].children, &actor->by_base);
    census.groups[group].child_count--;
}

struct actor *census_child(int group, const char *base)
{
    struct avl_node *at = census.groups[group].children.root;

    while (at != NULL) {
        int order = base_order(base, at);

        if (order == 0)
            return BY_BASE(at);
        at = at->child[order > 0];
    }
    return NULL;
}

/* ---- Who is there -------------------------------------------------------- */

void census_enter(struct actor *actor)
{
    list_init(&actor->in_all);
    list_init(&actor->in_group);
    list_append(&census.all, &actor->in_all);
    census.actors++;
    aid_give(actor);
    if (actor->role != ACTOR_RESTARTABLE)
        return;
    list_append(&census.groups[actor->spawn.group].members, &actor->in_group);
    if (is_child(actor))
        child_enter(actor);
    census.members++;
}

void census_leave(struct actor *actor)
{
    aid_take(actor);
    list_remove(&actor->in_all);
    census.actors--;
    if (actor->role != ACTOR_RESTARTABLE)
        return;
    list_remove(&actor->in_group);
    if (is_child(actor))
        child_leave(actor);
    census.members--;
}

unsigned census_actors(void)
{
    return census.actors;
}

unsigned census_members(void)
{
    return census.members;
}

unsigned census_children(int group)
{
    return census.groups[group].child_count;
}

struct actor *actor_next(struct actor *actor)
{
    struct link *next = actor == NULL ? census.all.next : actor->in_all.next;

    return next == &census.all ? NULL : IN_ALL(next);
}

struct actor *actor_next_in_group(int group, struct actor *actor)
{
    struct link *head = &census.groups[group].members;
    struct link *next = actor == NULL ? head->next : actor->in_group.next;

    ASSERT((unsigned)group < HR_GROUPS_MAX);
    return next == head ? NULL : IN_GROUP(next);
}
