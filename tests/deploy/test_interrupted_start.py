"""A first start of the local servers that was killed does not spoil the ones that follow."""

from contextlib import ExitStack

from deploy.local import rabbitmq
from deploy.local.instance import free_ports, passing_instance
from deploy.local.rabbitmq import RabbitmqPorts, definitions


def test_queues_are_there_after_a_start_that_was_killed_before_its_feature_flags_were_on() -> None:
    """RabbitMQ 3 leaves such a file, and then imports no quorum queue and says nothing."""
    with passing_instance("test") as instance, ExitStack() as running:
        ports = RabbitmqPorts(*free_ports(5))
        node = instance.make_folder(instance.data / "rabbitmq" / "mnesia")
        flags = node / "doukikai@localhost-feature_flags"
        flags.write_text("[classic_mirrored_queue_version].\n")
        instance.give(flags)
        for server in (
            rabbitmq.epmd(instance, ports),
            rabbitmq.rabbitmq(instance, ports, forgetful=True),
        ):
            server.launch()
            running.callback(server.end)
            running.callback(server.ask_to_stop)
            server.await_ready()
        rabbitmq.bring_up_to_date(instance, ports)
        counted = rabbitmq.evaluate(instance, ports, "length(rabbit_amqqueue:list()).")
    assert int(counted) == len(definitions()["queues"])
