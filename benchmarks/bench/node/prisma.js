import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@prisma/client";

const adapter = new PrismaPg(
  { connectionString: process.env.DATABASE_URL, max: 8 },
  { schema: "invitations" },
);
const prisma = new PrismaClient({ adapter });

export async function find(status, tag, limit) {
  const found = await prisma.invitation.findMany({
    where: { status, tag },
    orderBy: [{ startTime: "asc" }, { id: "asc" }],
    take: limit,
  });
  return found.map((each) => ({
    id: each.id,
    guild_id: each.guildId,
    channel_id: each.channelId,
    event_name: each.eventName,
    start_time: each.startTime,
    end_time: each.endTime,
    tag: each.tag,
    status: each.status,
    world_name: each.worldName,
    host_name: each.hostName,
    max_participants: each.maxParticipants,
    joined_count: each.joinedCount,
  }));
}

export const close = () => prisma.$disconnect();
