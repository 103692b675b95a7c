% For `rabbitmqctl eval`, with definitions.json as its argument: an import adds bindings and takes none away. What leads
% to a queue of the definitions, and is not in them any more, is removed: else messages would arrive in two queues.
Known = rabbit_json:decode(iolist_to_binary(_1)),
Named = fun(Kind, Keys) -> [[maps:get(Key, Each) || Key <- Keys] || Each <- maps:get(Kind, Known)] end,
[[VHost]] = Named(<<"vhosts">>, [<<"name">>]),
Queues = Named(<<"queues">>, [<<"name">>]),
Wanted = Named(<<"bindings">>, [<<"source">>, <<"routing_key">>, <<"destination">>]),
[begin rabbit_binding:remove(Binding, <<"unbind">>), {Source, Queue} end
  || {binding, {resource, _, exchange, Source}, Key, {resource, _, queue, Queue}, _} = Binding <- rabbit_binding:list(VHost),
     Source =/= <<>>, lists:member([Queue], Queues), not lists:member([Source, Key, Queue], Wanted)].
