"""Every object the customer's database design names, as the product must hold it.

Names are the design's; where a definition differs, docs/decisions/0010 to 0016 say why.
"""

INT = ("integer", True)
TIME = ("timestamp(3) with time zone", True)
TEXT = ("text", True)


def required(length: int) -> tuple[str, bool]:
    """Give the type of a column that must have a value."""
    return (f"character varying({length})", True)


def optional(length: int) -> tuple[str, bool]:
    """Give the type of a column that may lack a value."""
    return (f"character varying({length})", False)


COLUMNS = {
    "invitations.invitations": {
        "id": required(20),
        "thread_id": required(20),
        "staff_message_id": optional(20),
        "host_id": required(20),
        "host_name": required(100),
        "event_name": required(200),
        "start_time": TIME,
        "end_time": TIME,
        "world_name": required(200),
        "world_link": optional(500),
        "tag": required(50),
        "description": TEXT,
        "instance_type": required(20),
        "vrchat_profile": optional(500),
        "instance_link": optional(500),
        "max_participants": INT,
        "status": required(20),
        "staff_id": optional(20),
        "staff_name": optional(100),
        "created_at": TIME,
        "updated_at": TIME,
    },
    "invitations.participants": {
        "id": INT,
        "invitation_id": required(20),
        "user_id": required(20),
        "user_name": required(100),
        "status": required(20),
        "created_at": TIME,
    },
    "tickets.tickets": {
        "id": required(20),
        "user_id": required(20),
        "user_name": required(100),
        "category": required(50),
        "status": required(20),
        "created_at": TIME,
        "closed_at": ("timestamp(3) with time zone", False),
    },
}

DEFAULTS = {
    ("invitations.invitations", "status"): "'recruiting'::character varying",
    ("invitations.invitations", "created_at"): "CURRENT_TIMESTAMP",
    ("invitations.invitations", "updated_at"): "CURRENT_TIMESTAMP",
    ("invitations.participants", "id"): "nextval('invitations.participants_id_seq'::regclass)",
    ("invitations.participants", "created_at"): "CURRENT_TIMESTAMP",
    ("tickets.tickets", "status"): "'open'::character varying",
    ("tickets.tickets", "created_at"): "CURRENT_TIMESTAMP",
}

CONSTRAINTS = {
    "invitations.invitations": {
        "invitations_pkey": "PRIMARY KEY (id)",
        "invitations_thread_id_key": "UNIQUE (thread_id)",
        "chk_invitation_time_range": "start_time < end_time",
        "chk_invitation_max_participants": "max_participants >= 1",
        "chk_invitation_status": "'cancelled'",
        "chk_invitation_instance_type": "'friendplus'",
        "chk_invitation_tag": "char_length",
        "chk_invitation_event_name": "event_name",
        "chk_invitation_world_link": "^https://",
        "chk_invitation_vrchat_profile": "vrchat_profile",
    },
    "invitations.participants": {
        "participants_pkey": "PRIMARY KEY (id)",
        "fk_participant_invitation": "REFERENCES invitations.invitations(id)"
        " ON UPDATE CASCADE ON DELETE CASCADE",
        "unique_participant": "UNIQUE (invitation_id, user_id)",
        "chk_participant_status": "'interested'",
    },
    "tickets.tickets": {
        "tickets_pkey": "PRIMARY KEY (id)",
        "chk_ticket_category": "'trouble'",
        "chk_ticket_status": "'closed'",
        "chk_ticket_closed_at": "closed_at >= created_at",
    },
}

OPEN = (
    "WHERE ((status)::text = ANY ((ARRAY['recruiting'::character varying,"
    " 'full'::character varying])::text[]))"
)
INDEXES = {
    "invitations.idx_invitation_list": "invitations USING btree (status, tag, start_time, id)",
    "invitations.idx_invitation_host": "invitations USING btree (host_id, start_time DESC)",
    "invitations.idx_invitation_auto_close": f"invitations USING btree (end_time) {OPEN}",
    "invitations.idx_invitation_recent": "invitations USING btree (start_time DESC)",
    "invitations.idx_invitation_active": "invitations USING btree (tag, start_time, id)"
    " WHERE ((status)::text = 'recruiting'::text)",
    "invitations.idx_participant_user_history": "participants USING btree"
    " (user_id, created_at DESC)",
    "invitations.idx_participant_invitation_status": "participants USING btree"
    " (invitation_id, status)",
    "invitations.idx_participant_count_covering": "participants USING btree"
    " (invitation_id) INCLUDE (user_id) WHERE ((status)::text = 'joined'::text)",
    "tickets.idx_ticket_open": "tickets USING btree"
    " (created_at DESC) WHERE ((status)::text = 'open'::text)",
    "tickets.idx_ticket_user_history": "tickets USING btree (user_id, created_at DESC)",
}

TRIGGERS = {
    "trg_invitation_updated_at": "BEFORE UPDATE ON invitations.invitations FOR EACH ROW"
    " EXECUTE FUNCTION invitations.update_invitation_updated_at()",
    "trg_invitation_final_state": "BEFORE DELETE OR UPDATE ON invitations.invitations FOR EACH ROW"
    " EXECUTE FUNCTION invitations.prevent_final_state_modification()",
}

STATISTICS_TARGETS = {"status": 1000, "tag": 1000}

STORAGE = {"autovacuum_vacuum_scale_factor=0.05", "autovacuum_analyze_scale_factor=0.02"}

TABLE_COMMENTS = {
    "invitations.invitations": "VRChatイベント募集情報マスター",
    "invitations.participants": "参加者情報（1ユーザー×1募集につき1レコード）",
    "tickets.tickets": "サポートチケット情報",
}

COLUMN_COMMENTS = {
    "id": "Discord Message ID (Primary Key)",
    "vrchat_profile": "VRChatプロフィールURL（暗号化保存）",
    "instance_link": "インスタンスリンク（暗号化保存）",
}

CONSTRAINT_COMMENTS = {"unique_participant": "重複参加防止制約"}
